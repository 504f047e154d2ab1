package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.host.HostInventory;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.ServerUsage;
import io.loadshare.testing.TestingClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

        assertThat(usage).isEqualTo(new ServerUsage.Unknown("it does not list matlab: '$HOME `id` *'"));
        assertThat(locale).isInstanceOf(ServerUsage.Unknown.class);
        assertThat(server.usage(feature("matlab", "/bin/sh", "-c", "echo $LC_ALL")))
                .isEqualTo(new ServerUsage.Unknown("it does not list matlab: 'C'"));
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
    void asksForTheNameOfTheFeatureOnTheServer() {
        LicenseFeature renamed = new LicenseFeature(
                "spm",
                Optional.empty(),
                "MATLAB",
                8,
                LicenseFeature.Rule.SPREAD,
                List.of("/bin/echo", ANSWER),
                Optional.empty());

        assertThat(server.usage(renamed)).isEqualTo(new ServerUsage.Known(3, 1, Set.of()));
    }

    @Test
    void namesACommandThatIsMissing() {
        assertThat(server.usage(feature("matlab", "/no/such/lmutil", "lmstat")))
                .isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                        .contains("/no/such/lmutil", "No such file"));
    }

    @Test
    void namesTheLoaderThatIsMissing() throws IOException {
        Path script = Files.writeString(directory.resolve("lmutil"), "#!/lib64/ld-none-x86-64.so.3\n");
        Path binary = Files.write(
                directory.resolve("lmutil.bin"), interpretedBy("/lib64/ld-none-x86-64.so.3", Path.of("/bin/true")));
        for (Path program : List.of(script, binary)) {
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

            assertThat(server.usage(feature("matlab", program.toString())))
                    .isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                            .contains(program + "' needs /lib64/ld-none-x86-64.so.3, which is missing"));
        }
    }

    /** A program with another loader, whose name must not be longer than that of its own. */
    private static byte[] interpretedBy(String loader, Path program) throws IOException {
        String bytes = new String(Files.readAllBytes(program), StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf("/lib");
        String old = bytes.substring(at, bytes.indexOf('\0', at));
        assumeTrue(old.length() >= loader.length(), "the loader " + old + " has a name of this length");
        String padded = loader + "\0".repeat(old.length() - loader.length());
        return (bytes.substring(0, at) + padded + bytes.substring(at + old.length()))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({"kill -SEGV $$,was killed by signal 11", "exit 3,ended with status 3"})
    void aCommandThatFailsGaveNoAnswer(String end, String reason) {
        ServerUsage usage = server.usage(feature("matlab", "/bin/sh", "-c", "echo '" + ANSWER + "'; " + end));

        assertThat(usage).isEqualTo(new ServerUsage.Unknown("'/bin/sh' " + reason + ", so its answer may lack a part"));
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
