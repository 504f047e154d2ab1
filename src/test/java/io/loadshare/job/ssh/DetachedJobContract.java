package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobEngineContract;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.JobUsage;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.Recorder;
import io.loadshare.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What holds for detached jobs on every host, however it is reached. */
abstract class DetachedJobContract extends JobTestBase {

    private final List<Job> started = new ArrayList<>();
    private ScheduledExecutorService executor;

    @BeforeEach
    void startExecutor() {
        executor = Executors.newScheduledThreadPool(2);
    }

    @AfterEach
    void endJobs() {
        executor.shutdownNow();
        String sessions = started.stream()
                .flatMap(job -> job.identity().stream())
                .map(identity -> Long.toString(identity.pid()))
                .collect(Collectors.joining(","));
        if (!sessions.isEmpty()) {
            sh("pkill -KILL -s " + sessions + "; true");
        }
    }

    private JobWatcher watcher(Transport transport) {
        Duration ms = Duration.ofMillis(1);
        JobWatcher.Pace pace = new JobWatcher.Pace(
                ms.multipliedBy(20), 1.2, ms.multipliedBy(500), Duration.ofSeconds(20), Duration.ofSeconds(2));
        return new JobWatcher(transport, executor, InstantSource.system(), pace);
    }

    @Override
    SshJobEngine engine() {
        return engine(watcher(transport()));
    }

    /** The port's contract, on the same host. */
    @Nested
    class Port extends JobEngineContract {

        @Override
        protected JobEngine engine() {
            return DetachedJobContract.this.engine();
        }

        @Override
        protected Host host() {
            return DetachedJobContract.this.host();
        }

        @Override
        protected int largestPart() {
            return JobPoll.MOST_BUDGET;
        }
    }

    Job start(JobSpec spec) {
        Job job = launcher().start(host(), spec, () -> {}, seconds(20));
        started.add(job);
        return job;
    }

    Job startShell(String script) {
        return start(JobSpec.of(newId(), List.of("sh", "-c", script)));
    }

    Recorder watch(Job job) {
        Recorder recorder = new Recorder();
        engine().watch(host(), job, OutputCursor.START, recorder);
        return recorder;
    }

    JobState end(Job job, int graceSeconds) {
        return engine().end(host(), job, Duration.ofSeconds(graceSeconds), seconds(60));
    }

    private JobState endOf(JobSpec spec) throws InterruptedException {
        return engine().attach(host(), start(spec), OutputCursor.START, new Recorder());
    }

    @Test
    void aJobThatCannotStartHasNoStatusOfItsProgram() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("true")).withDirectory("/no/such", true);
        assertThat(endOf(spec)).isEqualTo(new JobState.Unstarted(66));
        Map<String, String> tooMany = IntStream.range(0, 70).boxed().collect(Collectors.toMap(i -> "V" + i, i -> "x"
                .repeat(100_000 + (i == 69 ? 1 : 0))));
        Job job = start(JobSpec.of(newId(), List.of("true")).withSecrets(tooMany));
        assertThat(engine().attach(host(), job, OutputCursor.START, new Recorder()))
                .isEqualTo(new JobState.Unstarted(74));
        assertThat(sh("cat ~/.loadshare/*/" + job.id() + "/output")).contains("the largest is V69 with 100005 bytes");
    }

    @Test
    void variablesOfAnyNameReachTheProgramAndDoNotConfuseTheWrapper() throws Exception {
        List<String> names =
                List.of("directory", "id", "host", "output", "values", "IFS", "PS4", "ENV", "HOME", "CDPATH", "x");
        Map<String, String> variables = names.stream().collect(Collectors.toMap(name -> name, name -> "/no/" + name));
        String print = "env | while IFS== read -r n v; do case \"$v\" in \"/no/$n\") echo $n ;; esac; done";
        for (boolean setup : List.of(false, true)) {
            JobSpec spec = JobSpec.of(newId(), new JobSpec.Script("#!/bin/sh\n" + print))
                    .withSecrets(variables);
            if (setup) {
                variables.keySet().removeAll(List.of("HOME", "PS4")); // bash ignores PS4 as root
                spec = JobSpec.of(newId(), new JobSpec.Script("#!/bin/sh\n" + print))
                        .withSecrets(variables)
                        .withSetup("bash", ":\r\n");
            }
            Job job = start(spec);
            JobState end = engine().attach(host(), job, OutputCursor.START, new Recorder());
            String printed = sh("cat ~/.loadshare/*/" + job.id() + "/output");
            assertThat(printed.lines())
                    .as("%s with setup %s", printed, setup)
                    .containsAll(variables.keySet().stream()
                            .filter(name -> !name.equals("IFS")) // shells set it themselves
                            .toList());
            assertThat(end).isEqualTo(new JobState.Exited(0));
        }
    }

    @Test
    void theDirectoryOfAnEndedJobIsRemovedAndThatOfARunningOneIsNot() throws Exception {
        Job running = startShell("sleep 30");
        engine().remove(host(), running, seconds(20));
        assertThat(state(running)).isEqualTo(new JobState.Running());
        engine().end(host(), running, Duration.ofSeconds(1), seconds(20));
        assertThat(sh("ls '" + running.directory() + "'")).contains("status");
        engine().remove(host(), running, seconds(20));
        assertThat(sh("[ -e '" + running.directory() + "' ] || echo gone")).isEqualTo("gone");
    }

    @Test
    void aScriptFromWindowsRuns() throws Exception {
        JobSpec spec = JobSpec.of(newId(), new JobSpec.Script("#!/bin/bash\r\nif true; then\r\n exit 7\r\nfi\r\n"));
        assertThat(endOf(spec)).isEqualTo(new JobState.Exited(7));
    }

    @Test
    void itRunsInItsOwnSessionWithNoSignalIgnored() throws Exception {
        Job job = startShell(
                "cut -d' ' -f6 /proc/$$/stat; grep SigIgn /proc/self/status; for f in /proc/$$/fd/*; do readlink $f; done");
        Recorder recorder = watch(job);
        recorder.awaitEnd(20);
        List<String> lines = recorder.outputText().lines().toList();
        String pid = Long.toString(job.identity().orElseThrow().pid());
        assertThat(lines).element(0).isEqualTo(pid);
        long ignored = Long.parseUnsignedLong(lines.get(1).replace("SigIgn:\t", ""), 16);
        assertThat(ignored & 0x7fffffff).as("ignored signals").isZero();
        String output = job.directory() + "/output";
        assertThat(lines.subList(2, lines.size())).containsExactly("/dev/null", output, output);
    }

    @Test
    void itHasTheUmaskOfALoginAndNobodyElseMayReadItsFiles() throws Exception {
        Job job = startShell("umask");
        Recorder recorder = watch(job);
        recorder.awaitEnd(20);
        assertThat(recorder.outputText().strip()).isEqualTo(sh("sh -c umask"));
        assertThat(sh("stat -c %a " + job.directory())).isEqualTo("700");
    }

    @Test
    void theStarterDoesNotWaitForItAndItIsKnownByItsIdentity() {
        Job job = startShell("exec sleep 60");
        assertThat(state(job)).isEqualTo(new JobState.Running());
        Job.Identity identity = job.identity().orElseThrow();
        assertThat(sh("tr '\\000' ' ' </proc/" + identity.pid() + "/cmdline"))
                .isEqualTo("/bin/sh " + job.directory() + "/command loadshare-job " + job.id() + " 1");
        assertThat(sh("cut -d' ' -f22 /proc/" + identity.pid() + "/stat")).isEqualTo("" + identity.startTime());
        assertThat(identity.bootId()).isEqualTo(sh("cat /proc/sys/kernel/random/boot_id"));
        assertThat(end(job, 10)).isEqualTo(new JobState.Killed(15));
        assertThat(state(Job.parse(job.toText()))).isEqualTo(new JobState.Killed(15));
    }

    @Test
    void aHundredJobsAreAskedByOneCommandOnOneSession() throws Exception {
        Counting counting = new Counting(transport());
        JobWatcher watcher = watcher(counting);
        List<Job> jobs = IntStream.range(0, 100)
                .mapToObj(i -> startShell("echo " + i + "; sleep 3; echo end"))
                .toList();
        List<Recorder> recorders = new ArrayList<>();
        for (Job job : jobs) {
            Recorder recorder = new Recorder();
            recorders.add(recorder);
            watcher.watch(host(), job, OutputCursor.START, recorder);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(recorders.get(i).awaitEnd(60)).isEqualTo(new JobState.Exited(0));
            assertThat(recorders.get(i).outputText()).isEqualTo(i + "\nend\n");
        }
        assertThat(counting.most.get()).as("sessions open at the same time").isEqualTo(1);
    }

    @Test
    void endingAJobEndsItsWholeSessionByForceIfNeedBe() {
        Job job = startShell(
                "(trap '' TERM; sleep 300 & wait; sleep 300) & sleep 300 & setsid sleep 300 & echo up; wait");
        Recorder recorder = watch(job);
        await("the job's children", 20, () -> recorder.outputText().equals("up\n"));
        await("what leaves the session", 20, () -> processesOf(job).lines().count() >= 5);
        JobState state = end(job, 1);
        assertThat(state).isEqualTo(new JobState.Killed(15));
        assertThat(processesOf(job)).isEmpty();
    }

    @Test
    void endingAJobLeavesItsSiblingsAlone() {
        Job victim = startShell("sleep 300 & sleep 300");
        Job sibling = startShell("sleep 300 & sleep 300");
        await("the sibling's processes", 20, () -> processesOf(sibling).lines().count() >= 3);
        String before = processesOf(sibling);
        end(victim, 10);
        assertThat(processesOf(sibling)).isEqualTo(before);
        assertThat(state(sibling)).isEqualTo(new JobState.Running());
        end(sibling, 10);
    }

    @Test
    void endingNoJobSaysSo() {
        Job none = new Job(
                host().name(),
                "none",
                sh("cd; pwd") + "/.loadshare/" + host().name() + "/none",
                java.util.Optional.empty());
        assertThatThrownBy(() -> end(none, 1))
                .isInstanceOf(LoadshareException.class)
                .hasMessage("no job none on " + host().name() + ": there is no " + none.directory());
    }

    @Test
    void aJobWhoseWrapperWasKilledIsLost() throws Exception {
        Job job = startShell("exec sleep 300");
        sh("kill -KILL " + job.identity().orElseThrow().pid());
        assertThat(watch(job).awaitEnd(20)).isEqualTo(new JobState.Lost(JobState.Loss.VANISHED));
        end(job, 5);
        assertThat(processesOf(job)).isEmpty();
    }

    @Test
    void aJobWhoseDirectoryWasRemovedIsStillKnownByItsProcess() {
        Job job = startShell("echo up; exec sleep 300");
        await("the program", 20, () -> sh("cat " + job.directory() + "/output").contains("up"));
        sh("rm -r " + job.directory());
        assertThat(state(job)).isEqualTo(new JobState.Running());
        assertThat(end(job, 5)).isEqualTo(new JobState.Lost(JobState.Loss.VANISHED));
    }

    @Test
    void aProcessOfTheSameNumberIsNotTheJob() {
        Job job = startShell("exec sleep 300");
        Job.Identity is = job.identity().orElseThrow();
        Job other = new Job(
                job.host(),
                "other",
                job.directory().replace(job.id(), "other"),
                java.util.Optional.of(new Job.Identity(is.pid(), is.startTime() + 1, is.bootId())));
        assertThat(state(other)).isEqualTo(new JobState.Lost(JobState.Loss.VANISHED));
        end(other, 1);
        assertThat(state(job)).isEqualTo(new JobState.Running());
        end(job, 5);
    }

    @Test
    void aJobOverALimitIsEndedWithTheReasonAndItsNeighborIsNot() throws Exception {
        Job neighbor = start(JobSpec.of(newId(), List.of("sleep", "300"))
                .withLimits(new JobLimits(Optional.of(Duration.ofHours(1)), Optional.of(1L << 30))));
        Job slow = start(JobSpec.of(newId(), List.of("sleep", "300"))
                .withLimits(new JobLimits(Optional.of(Duration.ofSeconds(2)), Optional.empty())));
        String hungry = "perl -e 'vec($x, 40e6, 8) = 1; sleep 300' & perl -e 'vec($x, 40e6, 8) = 1; sleep 300' & wait";
        Job greedy = start(JobSpec.of(newId(), List.of("sh", "-c", hungry))
                .withLimits(new JobLimits(Optional.empty(), Optional.of(60L << 20))));

        assertThat(watch(slow).awaitEnd(60)).isEqualTo(new JobState.Killed(15));
        assertThat(watch(greedy).awaitEnd(60)).isEqualTo(new JobState.Killed(15));

        assertThat(reason(slow)).contains("time limit of 2s reached");
        assertThat(reason(greedy).orElseThrow()).matches("memory limit of 60M exceeded: it used [6-9]\\dM");
        assertThat(state(neighbor)).isEqualTo(new JobState.Running());
        String guards = "pgrep -f '/" + neighbor.id() + "/command guard'";
        assertThat(sh(guards)).isNotEmpty();
        end(neighbor, 5);
        assertThat(reason(neighbor)).isEmpty();
        await("the end of the guards", 20, () -> sh(guards).isEmpty());
    }

    private Optional<String> reason(Job job) {
        return engine().find(host(), new JobEngine.Self(), job.id(), seconds(20))
                .orElseThrow()
                .reason();
    }

    @Test
    void theRecordOfAnEndedJobShowsItsCpuTimeAndPeakMemory() throws Exception {
        String busy = "vec($x, 60e6, 8) = 1; undef $x; 1 while (times)[0] < 0.3";
        Job job = start(JobSpec.of(newId(), List.of("sh", "-c", "perl -e '" + busy + "'; exit 3")));
        assertThat(watch(job).awaitEnd(60)).isEqualTo(new JobState.Exited(3));
        await("the record of its use", 20, () -> usage(job).isPresent());

        assertThat(usage(job).orElseThrow().cpuTime()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
        await("its peak memory", 20, () -> usage(job).orElseThrow().peakMemory().isPresent());
        assertThat(usage(job).orElseThrow().peakMemory().getAsLong()).isBetween(60_000_000L, 200_000_000L);
        sh("printf '0m0.1s\\nx\\n' >" + job.directory() + "/usage");
        assertThat(usage(job)).as("not written by loadshare").isEmpty();
    }

    private Optional<JobUsage> usage(Job job) {
        return engine().find(host(), new JobEngine.Self(), job.id(), seconds(20))
                .orElseThrow()
                .usage();
    }

    @Test
    void jobsAreListedWithWhatTheyDo() throws Exception {
        Job running = start(JobSpec.of(newId(), List.of("sleep", "300")).withSlots(2));
        Job ended = start(JobSpec.of(newId(), List.of("sh", "-c", "echo 'a\tb'\nexit 4")));
        watch(ended).awaitEnd(20);
        List<JobRecord> records = engine().list(host(), new JobEngine.Self(), seconds(20));
        JobRecord one = records.stream()
                .filter(r -> r.job().equals(running))
                .findFirst()
                .orElseThrow();
        assertThat(one.slots()).isEqualTo(2);
        assertThat(one.command()).isEqualTo("sleep 300");
        assertThat(one.foreground()).isFalse();
        assertThat(one.state()).isEqualTo(new JobState.Running());
        assertThat(one.owner()).isEqualTo(sh("id -un"));
        assertThat(one.ended()).isEmpty();
        assertThat(Duration.between(one.started().orElseThrow(), Instant.now()).abs())
                .isLessThan(Duration.ofMinutes(1));
        JobRecord two = engine().find(host(), new JobEngine.Self(), ended.id(), seconds(20))
                .orElseThrow();
        assertThat(two.command()).isEqualTo("sh -c 'echo '\\''a\\tb'\\''\\nexit 4'");
        assertThat(two.state()).isEqualTo(new JobState.Exited(4));
        assertThat(two.ended()).isPresent();
        assertThat(engine().find(host(), new JobEngine.Self(), "nothing", seconds(20)))
                .isEmpty();
        end(running, 5);
    }

    @Test
    void foregroundJobsAreRecordedToo() {
        String id = newId();
        run(JobSpec.of(id, List.of("sh", "-c", "exit 9")));
        JobRecord record =
                engine().find(host(), new JobEngine.Self(), id, seconds(20)).orElseThrow();
        assertThat(record.foreground()).isTrue();
        assertThat(record.state()).isEqualTo(new JobState.Exited(9));
        assertThatThrownBy(() -> engine().copyOutput(host(), record.job(), new ByteArrayOutputStream(), seconds(20)))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining("no output of job " + id + " is kept");
    }

    @Test
    void attachedToItsOutputIsFollowedToTheEnd() throws Exception {
        Job job = startShell("echo one; sleep 1; echo two; exit 2");
        Recorder recorder = new Recorder();
        assertThat(engine().attach(host(), job, OutputCursor.START, recorder)).isEqualTo(new JobState.Exited(2));
        assertThat(recorder.outputText()).isEqualTo("one\ntwo\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        engine().copyOutput(host(), job, all, seconds(20));
        assertThat(all.toString()).isEqualTo("one\ntwo\n");
    }

    @Test
    void oldDirectoriesOfEndedJobsAreRemovedAndNoOthers() throws Exception {
        Job old = startShell("true");
        watch(old).awaitEnd(20);
        Job running = startShell("exec sleep 300");
        Job fresh = startShell("true");
        watch(fresh).awaitEnd(20);
        String root = old.directory().replaceFirst("/[^/]*$", "");
        sh("touch -t 202001010000 " + old.directory() + " " + running.directory() + "; rm -f " + root + "/.swept");
        startShell("true");
        await("the removal", 20, () -> sh("ls -d " + old.directory()).isEmpty());
        assertThat(sh("ls -d " + running.directory() + " " + fresh.directory()).lines())
                .hasSize(2);
        end(running, 5);
    }

    /** Pids and names of the processes whose environment says they belong to the job, and of its session. */
    private String processesOf(Job job) {
        long pid = job.identity().orElseThrow().pid();
        return sh(
                "for p in /proc/[0-9]*; do read -r n c t x y s z 2>/dev/null <$p/stat || continue; [ $t != Z ] || continue;"
                        + " if [ $s = " + pid
                        + " ] || tr '\\000' '\\n' 2>/dev/null <$p/environ | grep -qx LOADSHARE_JOB=" + job.id()
                        + "; then echo $n $c; fi; done");
    }

    /** Counts the sessions that are open. */
    private static final class Counting extends ForwardingTransport {

        final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();

        Counting(Transport inner) {
            super(inner);
        }

        @Override
        void beforeConnect(Host host) {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
        }

        @Override
        void afterClose() {
            open.decrementAndGet();
        }
    }
}
