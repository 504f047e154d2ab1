package io.loadshare.cli;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code run --tty} in a terminal emulator shows what {@code ssh -t} shows there. */
@Tag("ssh")
class TerminalScreenTest {

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path home;

    /** A program, the keys to type in it, and what each of them must show; {@code <resize>} changes the window's size. */
    private enum Session {
        EDITOR(
                "/usr/bin/vi",
                "cp /etc/services /tmp/text; exec vi -n -u NONE /tmp/text",
                "services",
                ":set Space number Enter",
                "  19 ",
                "/ssh Enter",
                "22/tcp",
                "A a ñ b Escape",
                "añb",
                ": q ! Enter",
                "status 0"),
        PAGER(
                "/usr/bin/less",
                "exec less /etc/services",
                "Network services",
                "/ssh Enter",
                "22/tcp",
                "<resize>",
                "netbios-dgm", // which the smaller window does not show
                "G",
                "(END)",
                "q",
                "status 0"),
        TABLE("/usr/bin/top", "exec top -d 600 -p $$", "PID", "c", "top -d", "q", "status 0"),
        SHELL(
                "/bin/bash",
                "echo 'trap \"echo again\" CONT; trap \"stty size\" WINCH; echo up; while :; do sleep 1; done' >/tmp/wait;"
                        + " echo 'echo copy; exec cat' >/tmp/copy; PS1='> ' exec bash --norc --noprofile",
                ">",
                "sh Space /tmp/wait Enter",
                "\nup",
                "C-z",
                "Stopped",
                "stty Space size Enter",
                "24 80",
                "fg Enter",
                "again",
                "C-c",
                "^C\n>",
                "sh Space /tmp/copy Enter",
                "\ncopy",
                "word Enter",
                "word\nword",
                "C-d",
                "word\nword\n>",
                "sh Space /tmp/wait Enter",
                "word\n> sh /tmp/wait\nup",
                "<resize>",
                "\n30 100",
                "C-\\",
                "Quit",
                "C-d",
                "status 131");

        private final Path program;
        private final String command;
        private final List<String> steps;

        Session(String program, String command, String... steps) {
            this.program = Path.of(program);
            this.command = command;
            this.steps = List.of(steps);
        }

        /** The screen without what changes from second to second: the lines above the table, and its figures. */
        String stable(String screen) {
            return this == TABLE
                    ? screen.lines()
                            .skip(6)
                            .map(line -> line.replaceAll("[0-9.]+", "0").replaceAll(" +", " "))
                            .collect(Collectors.joining("\n"))
                    : screen;
        }
    }

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(1, "--users", "0");
    }

    @ParameterizedTest
    @EnumSource
    void theScreenIsThatOfSsh(Session session) {
        Requires.programs("tmux", session.program.getFileName().toString());
        Program loadshare = new Program(home)
                .configure("hosts: [ { name: h1 } ]\nssh: { config: %s, knownHosts: %s }\nscan: { timeout: 20s }\n"
                        .formatted(cluster.sshConfig(), cluster.knownHosts()));
        List<String> ssh = List.of("ssh", "-t", "-F", cluster.sshConfig().toString(), "h1", session.command);
        List<String> ours =
                loadshare.command("loadshare", "run", "--tty", "--on", "h1", "--", "sh", "-c", session.command);

        try (TerminalEmulator expected = TerminalEmulator.run(home, "ssh", ssh);
                TerminalEmulator actual = TerminalEmulator.run(home, "ours", ours)) {
            for (int i = 0; i < session.steps.size(); i++) {
                String step = session.steps.get(i);
                if (i % 2 == 0) {
                    assertAlike(session, expected, actual, step);
                } else if (step.equals("<resize>")) {
                    expected.resize(100, 30);
                    actual.resize(100, 30);
                } else {
                    expected.type(step.split(" "));
                    actual.type(step.split(" "));
                }
            }
        }
    }

    private static void assertAlike(Session session, TerminalEmulator expected, TerminalEmulator actual, String shown) {
        expected.awaitScreen(shown);
        actual.awaitScreen(shown);
        if (shown.startsWith("status")) {
            return; // ssh also reports the end of its connection
        }
        Waiting.until(
                () -> session.stable(actual.screen()).equals(session.stable(expected.screen())),
                () -> "after '" + shown + "' ssh shows\n" + expected.screen() + "\nand loadshare\n" + actual.screen());
    }
}
