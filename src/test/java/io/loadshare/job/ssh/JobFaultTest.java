package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.Recorder;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of jobs when clients, networks, servers, hosts and disks fail. */
@Tag("ssh")
@Tag("fault")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class JobFaultTest extends JobTestBase {

    private static final String USER = "u1";

    private static Cluster cluster;
    private static Transport transport;
    private static ScheduledExecutorService executor;

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(1, "--cut", "--users", "2");
        transport = SshHosts.transport(cluster);
        executor = Executors.newScheduledThreadPool(2);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            executor.shutdownNow();
            transport.close();
            cluster.close();
        }
    }

    @BeforeEach
    void unmountAll() {
        cluster.exec(host().name().value(), "sh", "-c", "umount /home/u1/.loadshare /home/u2 2>/dev/null; true");
    }

    @Override
    Transport transport() {
        return transport;
    }

    @Override
    Host host() {
        return SshHosts.host(cluster, 1, USER);
    }

    @Test
    void aJobWhoseClientWasKilledIsEnded() throws Exception {
        String id = newId();
        Process client = client(id, "-Xmx64m", "sleep", "300");
        client.destroyForcibly().waitFor();
        awaitState(id, new JobState.Killed(15));
    }

    @Test
    void aJobWhoseClientIsSilentForTooLongIsEnded() throws Exception {
        String id = newId();
        Process client = client(id, "-Xmx64m", "sleep", "300");
        new ProcessBuilder("kill", "-STOP", Long.toString(client.pid())).start().waitFor();
        awaitState(id, new JobState.Killed(15));
        assertThat(record(id).reason()).contains("its client gave no sign of life for 4s (job.clientTimeout)");
        client.destroyForcibly().waitFor();
    }

    private List<Trouble> troubles() {
        return List.of(
                new Trouble("its server process killed", () -> killServers("KILL")),
                new Trouble("its server process ended", () -> killServers("TERM")),
                new Trouble("the network cut", () -> {
                    cluster.cut(hostName());
                    TimeUnit.MILLISECONDS.sleep(CUT.toMillis());
                    cluster.mend(hostName());
                }),
                new Trouble("sshd stopped", () -> {
                    cluster.refuse(hostName());
                    killServers("KILL");
                    TimeUnit.MILLISECONDS.sleep(500);
                    cluster.accept(hostName());
                }));
    }

    @Test
    void aCommandsStreamsAreWholeAfterEveryKindOfLostConnection() throws Exception {
        assertWholeStreams(transport);
    }

    @Test
    void aCommandsStreamsAreWholeOverTheProgramOfSshCommand() throws Exception {
        Path config = cluster.sshConfig();
        LocalUser caller =
                new LocalUser("root", cluster.directory().resolve("home/root"), Map.of("PATH", System.getenv("PATH")));
        try (Transport ssh =
                new ExternalTransport(List.of("ssh", "-F", config.toString(), "-o", "BatchMode=yes"), caller)) {
            assertWholeStreams(ssh);
        }
    }

    private void assertWholeStreams(Transport over) throws Exception {
        List<Trouble> troubles = troubles();
        Losses losses = new Losses();
        byte[] data = new byte[MEGABYTES << 20];
        new Random(7).nextBytes(data);
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "tee /dev/stderr; exit 7"));
        JobLauncher launcher = new JobLauncher(over, JobSettings.DEFAULT, ENDURING, JobEngine.BEGIN_LIMIT);
        try (ForegroundJob job = launcher.run(host(), spec, true, losses, seconds(20))) {
            CompletableFuture<byte[]> stdout = readAll(job.stdout());
            CompletableFuture<byte[]> stderr = readAll(job.stderr());
            int part = data.length / (troubles.size() + 1);
            for (int i = 0; i <= troubles.size(); i++) {
                job.stdin().write(data, i * part, i < troubles.size() ? part : data.length - i * part);
                if (i < troubles.size()) {
                    troubles.get(i).action().run();
                    int returns = i + 1;
                    await("a new connection after " + troubles.get(i).name(), 60, () -> losses.back.get() >= returns);
                }
            }
            job.stdin().close();
            assertThat(job.waitFor(seconds(120))).isEqualTo(7);
            assertThat(stdout.get(60, TimeUnit.SECONDS)).isEqualTo(data);
            assertThat(withoutLinesOfSsh(stderr.get(60, TimeUnit.SECONDS))).isEqualTo(data);
        }
        assertThat(losses.back.get()).as("returns").isEqualTo(losses.lost.get());
    }

    /** With ssh.command, the last lines of a lost ssh stand between the bytes of the job. */
    private static byte[] withoutLinesOfSsh(byte[] stderr) {
        return new String(stderr, StandardCharsets.ISO_8859_1)
                .replaceAll("(Connection (to|closed|reset)|client_loop: |Timeout, server )[ -~]*\r\n", "")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As {@code attach} and {@code logs -f} follow a job. */
    @Test
    void aFollowersOutputIsWholeAfterEveryKindOfLostConnection() throws Exception {
        String script =
                "i=0; until [ -e /tmp/enough ]; do i=$((i+1)); echo line $i; sleep 0.01; done; echo $i >/tmp/lines; exit 4";
        Recorder recorder = watch(
                launcher().start(host(), JobSpec.of(newId(), List.of("sh", "-c", script)), () -> {}, seconds(20)));
        for (Trouble trouble : troubles()) {
            int before = recorder.output().length;
            await("output before " + trouble.name(), 60, () -> recorder.output().length > before);
            trouble.action().run();
        }
        onHost("touch /tmp/enough");
        assertThat(recorder.awaitEnd(60)).isEqualTo(new JobState.Exited(4));
        assertThat(recorder.states).anyMatch(JobState.Unreachable.class::isInstance);
        int lines = Integer.parseInt(onHost("cat /tmp/lines"));
        assertThat(recorder.outputText()
                        .equals(IntStream.rangeClosed(1, lines)
                                .mapToObj(i -> "line " + i + "\n")
                                .collect(Collectors.joining())))
                .isTrue();
    }

    private static final int MEGABYTES = Integer.getInteger("loadshare.test.megabytes", 8);
    private static final Duration CUT = Duration.ofSeconds(Integer.getInteger("loadshare.test.cutSeconds", 7));
    private static final ClientTimeouts ENDURING = new ClientTimeouts(
            Duration.ofSeconds(1), Duration.ofSeconds(30), Optional.of(Duration.ofMinutes(15)), Duration.ofHours(1));

    private record Trouble(String name, Action action) {}

    private interface Action {
        void run() throws Exception;
    }

    private static final class Losses implements ConnectionListener {
        final AtomicInteger lost = new AtomicInteger();
        final AtomicInteger back = new AtomicInteger();

        @Override
        public void connectionLost(Job job, String reason) {
            lost.incrementAndGet();
        }

        @Override
        public void reconnected(Job job, Duration after) {
            back.incrementAndGet();
        }
    }

    /** Ends the processes of sshd that serve connections, but not the one that listens. */
    private static void killServers(String signal) {
        onHost("for p in $(pgrep -x 'sshd|sshd-session'); do [ \"$(cat /run/sshd.pid)\" = $p ] || kill -" + signal
                + " $p; done; true");
    }

    private JobLauncher launcher(ClientTimeouts timeouts) {
        return new JobLauncher(transport, JobSettings.DEFAULT, timeouts, JobEngine.BEGIN_LIMIT);
    }

    @Test
    void aJobWhoseHostRebootsIsReportedAsLost() {
        String id = newId();
        try (ForegroundJob job =
                launcher(ENDURING).run(host(), sleeper(id), true, ConnectionListener.SILENT, seconds(20))) {
            awaitState(id, new JobState.Running());
            cluster.reboot(hostName());
            assertThatThrownBy(() -> job.waitFor(seconds(60)))
                    .isInstanceOfSatisfying(TransportException.class, failure -> assertThat(failure.kind())
                            .isEqualTo(LoadshareException.Kind.LOST))
                    .hasMessageContaining("LOST (host rebooted)");
        }
    }

    @Test
    void aJobThatEndsWhileItsClientIsAwayDeliversItsOutputAndStatus() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo one; sleep 3; echo two; exit 4"));
        try (ForegroundJob job = launcher(ENDURING).run(host(), spec, true, ConnectionListener.SILENT, seconds(20))) {
            CompletableFuture<byte[]> stdout = readAll(job.stdout());
            cluster.refuse(hostName());
            killServers("KILL");
            await("the end of the job", 30, () -> onHost("cat ~u1/.loadshare/*/" + spec.id() + "/status")
                    .equals("4"));
            cluster.accept(hostName());
            assertThat(job.waitFor(seconds(60))).isEqualTo(4);
            assertThat(new String(stdout.get(20, TimeUnit.SECONDS))).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void aDetachedJobSurvivesTheEndOfItsStarterAndOfItsConnection() throws Exception {
        Job job;
        try (Transport own = SshHosts.transport(cluster)) {
            job = new JobLauncher(own, JobSettings.DEFAULT).start(host(), sleeper(newId()), () -> {}, seconds(20));
        }
        onHost("for p in $(pgrep -x sshd); do [ \"$(cat /run/sshd.pid)\" = $p ] || kill -KILL $p; done");
        assertThat(state(Job.parse(job.toText()))).isEqualTo(new JobState.Running());
        engine().end(host(), job, Duration.ofSeconds(5), seconds(30));
    }

    @Test
    void aStartThatDoesNotReachItsHostHasCertainlyNotHappened() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("touch", "/tmp/ran-too-late"));
        try (Transport own = SshHosts.transport(cluster)) {
            own.connect(host(), seconds(20)).close();
            cluster.hang(hostName());
            try {
                assertThatThrownBy(() ->
                                new JobLauncher(own, JobSettings.DEFAULT).start(host(), spec, () -> {}, seconds(1)))
                        .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                                .isEqualTo(LoadshareException.Kind.UNAVAILABLE));
            } finally {
                cluster.resume(hostName());
            }
        }
        awaitNoShell();
        assertThat(onHost("ls -d /tmp/ran-too-late ~u1/.loadshare/*/" + spec.id() + " 2>/dev/null"))
                .isEmpty();
    }

    @Test
    void aStartWhoseAnswerIsLateIsRepeatedAndRunsOnce() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo ran; exec sleep 300"));
        freezeBeforeBeginning(launcher(), spec);
        cluster.resume(hostName());
        Job job = repeatedStart(launcher(), spec);
        awaitState(spec.id(), new JobState.Running());
        await("the job's output", 20, () -> onHost("cat " + job.directory() + "/output")
                .equals("ran"));
        engine().end(host(), job, Duration.ofSeconds(5), seconds(30));
    }

    @Test
    void aHostThatStoodStillForTooLongBeginsNothing() throws Exception {
        JobLauncher hasty = new JobLauncher(transport, JobSettings.DEFAULT, HASTE, Duration.ofSeconds(1));
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo ran >>/tmp/ran-too-late"));
        freezeBeforeBeginning(hasty, spec);
        double frozen = uptime();
        await("the end of the time to begin", 20, () -> uptime() > frozen + 3);
        cluster.resume(hostName());

        awaitNoShell();
        assertThat(onHost("ls -d /tmp/ran-too-late ~u1/.loadshare/*/" + spec.id() + " 2>/dev/null"))
                .isEmpty();
    }

    private void freezeBeforeBeginning(JobLauncher launcher, JobSpec spec) {
        assertThatThrownBy(() -> launcher.start(host(), spec, () -> cluster.hang(hostName()), seconds(10)))
                .isInstanceOf(UnansweredStartException.class)
                .hasMessageContaining(hostName(), spec.id());
    }

    /** Waits until no shell is left that would start a job. */
    private void awaitNoShell() {
        await("the end of all shells", 60, () -> onHost("pgrep -u u1 -x sh || echo none")
                .equals("none"));
    }

    private Job repeatedStart(JobLauncher launcher, JobSpec spec) {
        AtomicReference<Job> job = new AtomicReference<>();
        await("an answer to the start of " + spec.id(), 60, () -> {
            try {
                job.set(launcher.start(host(), spec, () -> {}, seconds(20)));
                return true;
            } catch (UnansweredStartException e) {
                return false;
            }
        });
        return job.get();
    }

    private static double uptime() {
        try {
            return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aRebootLosesAJobThatHadNotEnded() throws Exception {
        Job running = launcher().start(host(), sleeper(newId()), () -> {}, seconds(20));
        Job ended = launcher().start(host(), JobSpec.of(newId(), List.of("false")), () -> {}, seconds(20));
        awaitState(ended.id(), new JobState.Exited(1));
        cluster.reboot(hostName());
        assertThat(watch(running).awaitEnd(60)).isEqualTo(new JobState.Lost(JobState.Loss.REBOOTED));
        assertThat(state(ended)).isEqualTo(new JobState.Exited(1));
        assertThat(engine().end(host(), running, Duration.ofSeconds(5), seconds(20)))
                .isEqualTo(new JobState.Lost(JobState.Loss.REBOOTED));
    }

    @Test
    void aHostThatHangsGivesNoVerdictAndLosesNoOutput() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo one; sleep 3; echo two; exit 4"));
        Recorder recorder = watch(launcher().start(host(), spec, () -> {}, seconds(20)));
        await("the first line", 20, () -> recorder.outputText().equals("one\n"));
        cluster.hang(hostName());
        await("the host's being unreachable", 60, () -> recorder.states.stream()
                .anyMatch(JobState.Unreachable.class::isInstance));
        cluster.resume(hostName());
        assertThat(recorder.awaitEnd(60)).isEqualTo(new JobState.Exited(4));
        assertThat(recorder.outputText()).isEqualTo("one\ntwo\n");
    }

    @Test
    void aFullDiskIsToldAndNothingIsStartedOrLeft() {
        mountSmall();
        onHost("dd if=/dev/zero of=/home/u1/.loadshare/ballast bs=1k 2>/dev/null");
        assertRefused("No space left on device");
        assertRefusedInForeground("No space left on device");
        assertThat(onHost("ls /home/u1/.loadshare/*/")).isEmpty();
    }

    @Test
    void aDiskFilledByTheJobKeepsItsStatus() throws Exception {
        mountSmall();
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "cat /dev/zero; exit 5"));
        Job job = launcher().start(host(), spec, () -> {}, seconds(20));
        awaitState(job.id(), new JobState.Exited(5));
        assertThat(onHost("echo x >/home/u1/.loadshare/more || echo full")).isEqualTo("full");
    }

    @Test
    void aHomeThatMayNotBeWrittenIsToldAndNothingIsStarted() {
        onHost("rm -rf /home/u1/.loadshare && chmod a-w /home/u1 && chown root /home/u1 && chmod a+rx /home/u1");
        try {
            assertRefused("Permission denied");
            assertRefusedInForeground("Permission denied");
        } finally {
            onHost("chown u1 /home/u1 && chmod u+w /home/u1");
        }
    }

    @Test
    void aGibibyteOfOutputPassesInFlatMemory() throws Exception {
        Process client = ForegroundClient.process(
                        cluster.directory(),
                        host(),
                        newId(),
                        "-Xmx40m",
                        List.of("head", "-c", "1073741824", "/dev/zero"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long count = count(client.getInputStream());
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).as("the client's end").isTrue();
        assertThat(client.exitValue()).isZero();
        assertThat(count).isEqualTo((1L << 30) + "started\n".length());
    }

    @Test
    void rootSeesAndEndsTheJobsOfAllAndForgeriesNotAtAll() throws Exception {
        Host root = SshHosts.host(cluster, 1, "root");
        Job job = launcher().start(host(), sleeper(newId()), () -> {}, seconds(20));
        List<JobRecord> all = engine().list(root, new JobEngine.Everyone(), seconds(20));
        assertThat(all).extracting(record -> record.job()).contains(job);
        assertThat(engine().find(root, new JobEngine.User("u1"), job.id(), seconds(20))
                        .orElseThrow()
                        .owner())
                .isEqualTo("u1");
        Host other = SshHosts.host(cluster, 1, "u2");
        assertThat(engine().list(other, new JobEngine.User("u1"), seconds(20))).isEmpty();
        Job forged = new Job(job.host(), job.id(), "/home/u2/" + job.id(), Optional.empty());
        onHost("mkdir " + forged.directory() + "; cp " + job.directory() + "/identity " + forged.directory()
                + "; chown -R u2 " + forged.directory());
        assertThatThrownBy(() -> engine().end(root, forged, Duration.ofSeconds(5), seconds(20)))
                .hasMessageContaining("names a process that is not its own");
        assertThat(engine().end(root, job, Duration.ofSeconds(5), seconds(30))).isEqualTo(new JobState.Killed(15));
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long count = 0;
        int got;
        while ((got = in.read(buffer)) >= 0) {
            count += got;
        }
        return count;
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> launcher().start(host(), sleeper(newId()), () -> {}, seconds(20)))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.STATE))
                .hasMessageContaining(" was not started on " + hostName() + ": cannot ")
                .hasMessageContaining(reason);
    }

    private void assertRefusedInForeground(String reason) {
        assertThatThrownBy(() -> run(sleeper(newId())))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.STATE))
                .hasMessageContaining(reason);
    }

    private void mountSmall() {
        onHost(
                "mkdir -p /home/u1/.loadshare && mount -t tmpfs -o size=256k,uid=$(id -u u1),mode=700 none /home/u1/.loadshare");
    }

    private static JobSpec sleeper(String id) {
        return JobSpec.of(id, List.of("sleep", "300"));
    }

    /** A client whose job is known to run. */
    private Process client(String id, String bound, String... argv) throws IOException {
        Process client = ForegroundClient.process(cluster.directory(), host(), id, bound, List.of(argv))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new BufferedReader(new InputStreamReader(client.getInputStream())).readLine())
                .isEqualTo("started");
        awaitState(id, new JobState.Running());
        return client;
    }

    private void awaitState(String id, JobState state) {
        await("job " + id + " being " + state, 60, () -> state.equals(stateOf(id)));
    }

    private JobRecord record(String id) {
        return engine().find(host(), new JobEngine.Self(), id, seconds(20)).orElseThrow();
    }

    private JobState stateOf(String id) {
        return engine().find(host(), new JobEngine.Self(), id, seconds(20))
                .filter(record -> record.started().isPresent())
                .map(JobRecord::state)
                .orElse(null);
    }

    private Recorder watch(Job job) {
        JobWatcher.Pace pace = new JobWatcher.Pace(
                Duration.ofMillis(50), 1.2, Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofMinutes(5));
        Recorder recorder = new Recorder();
        new JobWatcher(transport, executor, InstantSource.system(), pace)
                .watch(host(), job, OutputCursor.START, recorder);
        return recorder;
    }

    private String hostName() {
        return cluster.host(1);
    }

    /** Runs a line as root on the host, past ssh. */
    private static String onHost(String line) {
        return cluster.exec(cluster.host(1), "sh", "-c", line).stdout().strip();
    }
}
