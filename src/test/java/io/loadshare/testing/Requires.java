package io.loadshare.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Conditions without which a test cannot run. */
public final class Requires {

    private Requires() {}

    /** Skips the test if one of these programs is not installed; the reason says what to install. */
    public static void programs(String... programs) {
        for (String program : programs) {
            boolean found = Stream.of(System.getenv("PATH").split(":"))
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
            assumeTrue(
                    found,
                    program + " is not installed, so this test was skipped: apt-get install xauth xvfb xterm"
                            + " tigervnc-standalone-server tigervnc-scraping-server tigervnc-viewer x11-utils x11-apps octave tmux vim-tiny less procps");
        }
    }
}
