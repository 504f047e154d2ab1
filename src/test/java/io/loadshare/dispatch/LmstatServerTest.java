package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.HostInventory;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.ServerUsage;
import io.loadshare.testing.TestingClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LmstatServerTest {

    private static final String ANSWER = "Users of MATLAB:  (Total of 3 licenses issued;  Total of 1 license in use)";

    @TempDir
    Path directory;

    private final TestingClock clock = new TestingClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final HostInventory nobody = new HostInventory(List.of(), List.of());
    private final LmstatServer server = new LmstatServer(nobody, clock, System::nanoTime);

    private static LicenseFeature feature(String name, String... command) {
        return new LicenseFeature(name, "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of(command));
    }

    /** A command that counts its runs in a file. */
    private LicenseFeature counting(String name) {
        return feature(name, "/bin/sh", "-c", "echo run >>\"$1\"; echo \"$2\"", "-", runs().toString(), ANSWER);
    }

    private Path runs() {
        return directory.resolve("runs");
    }

    @Test
    void readsWhatTheCommandPrints() {
        assertThat(server.usage(feature("matlab", "/bin/echo", ANSWER)))
                .isEqualTo(new ServerUsage.Known(3, 1, Set.of()));
    }

    @Test
    void runsTheCommandWithoutAShellInTheCLocale() {
        ServerUsage usage = server.usage(feature("matlab", "/bin/echo", "$HOME `id` *"));
        ServerUsage locale = server.usage(feature("matlab", "/usr/bin/env"));

        assertThat(usage).isEqualTo(new ServerUsage.Unknown("it does not speak of matlab: '$HOME `id` *'"));
        assertThat(locale).isInstanceOf(ServerUsage.Unknown.class);
        assertThat(server.usage(feature("matlab", "/bin/sh", "-c", "echo $LC_ALL")))
                .isEqualTo(new ServerUsage.Unknown("it does not speak of matlab: 'C'"));
    }

    @Test
    void oneAnswerServesAllFeaturesOfACommandForHalfAMinute() throws IOException {
        server.usage(counting("matlab"));
        server.usage(counting("Image_Toolbox"));
        clock.advance(LmstatServer.SERVES.minusMillis(1));
        server.usage(counting("matlab"));
        assertThat(Files.readAllLines(runs())).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        server.usage(counting("matlab"));

        assertThat(Files.readAllLines(runs())).hasSize(2);
    }

    @Test
    void namesACommandThatIsMissing() {
        assertThat(server.usage(feature("matlab", "/no/such/lmutil", "lmstat")))
                .isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                        .contains("/no/such/lmutil", "No such file"));
    }

    @Test
    void givesUpAtTheDeadlineAndLeavesNoProcessBehind() throws Exception {
        LmstatServer hasty = new LmstatServer(nobody, clock, System::nanoTime, Duration.ofMillis(300));
        Path pid = directory.resolve("pid");

        ServerUsage usage = hasty.usage(
                feature("matlab", "/bin/sh", "-c", "sleep 300 & echo $! >\"$1\"; wait", "-", pid.toString()));

        assertThat(usage).isEqualTo(new ServerUsage.Unknown("'/bin/sh' did not end within 300ms"));
        long sleeper = Long.parseLong(Files.readString(pid).strip());
        ProcessHandle.of(sleeper).ifPresent(handle -> handle.onExit().join());
    }

    @Test
    void cutsOffACommandThatPrintsWithoutEnd() {
        assertThat(server.usage(feature("matlab", "/usr/bin/yes")))
                .isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                        .contains("/usr/bin/yes", "more than"));
    }

    @Test
    void leavesAnInterruptToItsCallerAndAsksAnewLater() {
        LicenseFeature slow = feature("matlab", "/bin/sh", "-c", "sleep 300");
        Thread.currentThread().interrupt();

        ServerUsage usage = server.usage(slow);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(usage).isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                .contains("interrupted"));
    }
}
