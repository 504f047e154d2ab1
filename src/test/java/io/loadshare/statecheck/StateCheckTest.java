package io.loadshare.statecheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.host.Host;
import io.loadshare.statecheck.StateFinding.Guarantee;
import io.loadshare.statecheck.StateFinding.Verdict;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.local.LocalTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateCheckTest {

    private static final Host HERE = Host.local("here");

    @TempDir
    Path temporary;

    private static List<StateFinding> check(Path directory, Transport transport, InstantSource clock, Host host) {
        StateDirectory state = StateDirectory.open(new StateSettings(directory, false), warning -> {});
        return new StateCheck(state, transport, clock, System::nanoTime, System.nanoTime()).run(List.of(host));
    }

    private static Map<Guarantee, Verdict> verdicts(List<StateFinding> findings) {
        Map<Guarantee, Verdict> verdicts = new EnumMap<>(Guarantee.class);
        findings.forEach(finding -> verdicts.put(finding.guarantee(), finding.verdict()));
        return verdicts;
    }

    @Test
    void aLocalDirectoryKeepsAllPromisesToTwoProcesses() throws IOException {
        assumeTrue(
                Files.exists(Path.of("/usr/bin/python3")) || Files.exists(Path.of("/usr/bin/perl")),
                "neither python3 nor perl is installed, so locks are not tried");
        Path directory = temporary.resolve("state");
        List<StateFinding> findings = check(directory, new LocalTransport(), Instant::now, HERE);
        assertThat(verdicts(findings)).hasSize(6).allSatisfy((guarantee, verdict) -> assertThat(verdict)
                .as("%s", findings)
                .isEqualTo(Verdict.HOLDS));
        assertThat(directory).isEmptyDirectory();
        assertThat(StateFinding.consequences(findings))
                .contains("guaranteed: simultaneous launches get different slots and stay within license limits");
    }

    @Test
    void aWrongClockIsFound() {
        InstantSource slow = () -> Instant.now().minusSeconds(3600);
        List<StateFinding> findings = check(temporary.resolve("state"), new LocalTransport(), slow, HERE);
        assertThat(verdicts(findings)).containsEntry(Guarantee.CLOCKS, Verdict.BROKEN);
        assertThat(findings.get(5).words()).startsWith("its clock is 3600.").endsWith("; synchronize it with NTP");
        assertThat(StateFinding.consequences(findings))
                .contains("not guaranteed with here: the age of a report is right");
    }

    @Tag("fault")
    @Test
    void locksThatDoNotReachTheOtherHostAreFound() throws Exception {
        List<StateFinding> findings = checkThrough("attr_timeout=1");
        assertThat(verdicts(findings))
                .containsEntry(Guarantee.SHARED, Verdict.HOLDS)
                .containsEntry(Guarantee.LOCKS, Verdict.BROKEN)
                .containsEntry(Guarantee.WHOLE, Verdict.HOLDS);
        assertThat(StateFinding.consequences(findings))
                .contains("not guaranteed with here:"
                        + " simultaneous launches get different slots and stay within license limits");
    }

    /** Takes more than a minute, since that is how long changes may take to be seen. */
    @Tag("fault")
    @Test
    void changesThatAreNotSeenInTimeAreFound() throws Exception {
        List<StateFinding> findings =
                checkThrough("attr_timeout=600,ac_attr_timeout=600,entry_timeout=600,negative_timeout=600");
        assertThat(verdicts(findings)).containsEntry(Guarantee.VISIBLE, Verdict.BROKEN);
        assertThat(findings)
                .filteredOn(finding -> finding.guarantee() == Guarantee.VISIBLE)
                .extracting(StateFinding::words)
                .containsExactly("what is added here is not seen there within 65 s");
        assertThat(StateFinding.consequences(findings))
                .contains("not guaranteed with here: decisions use what others measured");
    }

    /** What is found of a directory that two machines see, each through a FUSE file system of its own. */
    private List<StateFinding> checkThrough(String options) throws Exception {
        Path here = Files.createDirectory(temporary.resolve("here"));
        Path there = Files.createDirectory(temporary.resolve("there"));
        Path store = Files.createDirectory(temporary.resolve("store"));
        Files.setAttribute(store, "unix:mode", 0700);
        assumeTrue(
                Files.exists(Path.of("/usr/bin/bindfs")) && Files.exists(Path.of("/dev/fuse")),
                "no bindfs or no /dev/fuse, so a directory with broken locks is not tried: apt-get install bindfs");
        try {
            run("bindfs", store.toString(), here.toString());
            run("bindfs", "-o", options, store.toString(), there.toString());
            return check(here, new ElsewhereTransport(there, here), Instant::now, HERE);
        } finally {
            new ProcessBuilder("umount", here.toString(), there.toString())
                    .start()
                    .waitFor();
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    /** This machine, except that commands find one directory in another's place. Needs root. */
    private record ElsewhereTransport(Path directory, Path place) implements Transport {

        @Override
        public Session connect(Host host, Deadline deadline) {
            Session local = new LocalTransport().connect(host, deadline);
            String mount = "mount --bind " + directory + " " + place + " && ";
            return new Session() {
                @Override
                public Host host() {
                    return host;
                }

                @Override
                public String user() {
                    return local.user();
                }

                @Override
                public RemoteProcess start(RemoteCommand command, Deadline deadline) {
                    String line = ShellWords.join(List.of("unshare", "-m", "sh", "-c", mount + command.line()));
                    return local.start(RemoteCommand.of(line), deadline);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    @Tag("ssh")
    @Test
    void hostsThatShareTheDirectoryAreToldFromThoseThatCannotBeReached() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("state"));
        Files.setAttribute(directory, "unix:mode", 0700);
        try (Cluster cluster = Cluster.start(2, "--bind", temporary.toString())) {
            SshSettings settings = new SshSettings(
                    cluster.sshConfig(), cluster.knownHosts(), Optional.of(cluster.identity()), List.of());
            cluster.refuse("h2");
            try (Transport ssh = new JschTransport(settings, LocalUser.current(), RandomGenerator.getDefault())) {
                List<StateFinding> findings = check(directory, ssh, Instant::now, Host.named("h1"));
                assertThat(verdicts(findings)).hasSize(6).doesNotContainValue(Verdict.BROKEN);
                List<StateFinding> refused = check(directory, ssh, Instant::now, Host.named("h2"));
                assertThat(verdicts(refused)).containsExactly(Map.entry(Guarantee.SHARED, Verdict.UNTESTED));
                assertThat(refused.get(0).words()).contains("refused");
            }
        }
    }
}
