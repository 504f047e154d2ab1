package io.loadshare.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Deadline;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds for the jobs of every engine. */
public abstract class JobEngineContract {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    protected abstract JobEngine engine();

    protected abstract Host host();

    /** The most bytes that a listener gets at a time. */
    protected abstract int largestPart();

    private static String newId() {
        return "e" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    }

    private static Deadline seconds(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds), System::nanoTime);
    }

    private static void await(String what, int seconds, BooleanSupplier condition) {
        Waiting.until(what, Duration.ofSeconds(seconds), condition::getAsBoolean);
    }

    /** The jobs that have not ended by themselves. */
    private final List<Job> running = new CopyOnWriteArrayList<>();

    @AfterEach
    void endJobs() {
        running.forEach(job -> end(job, 1));
    }

    private Job start(JobSpec spec) {
        return engine().start(host(), spec, () -> {}, seconds(20));
    }

    private Job startLasting(String script) {
        Job job = startShell(script);
        running.add(job);
        return job;
    }

    private Job startShell(String script) {
        return start(JobSpec.of(newId(), List.of("sh", "-c", script)));
    }

    private Recorder watch(Job job) {
        Recorder recorder = new Recorder();
        engine().watch(host(), job, OutputCursor.START, recorder);
        return recorder;
    }

    private JobState end(Job job, int graceSeconds) {
        return engine().end(host(), job, Duration.ofSeconds(graceSeconds), seconds(60));
    }

    private JobState state(Job job) {
        return engine().find(host(), new JobEngine.Self(), job.id(), seconds(20))
                .orElseThrow()
                .state();
    }

    @Test
    void itDoesNotBeginIfItsOwnerCannotRecordIt() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("echo", "ran"));
        Runnable failing = () -> {
            throw new IllegalStateException("the disk is full");
        };
        assertThatThrownBy(() -> engine().start(host(), spec, failing, seconds(20)))
                .hasMessageContaining("the disk is full");
        assertThat(engine().list(host(), new JobEngine.Self(), seconds(20)))
                .filteredOn(record -> record.job().id().equals(spec.id()))
                .allSatisfy(record -> assertThat(record.started()).isEmpty());
    }

    @Test
    void aProgramThatASignalEndsIsReportedAsKilled() throws Exception {
        assertThat(watch(startShell("kill -USR1 $$")).awaitEnd(20)).isEqualTo(new JobState.Killed(10));
    }

    @Test
    void argumentsArriveByteForByte() throws Exception {
        List<String> arguments = List.of(
                "", " a  b ", "\n", "'", "\"", "$(id)", "`id`", "\\", "*", "~", "-n", "--", "#", "&", "é€", "x\ny");
        List<String> command = new ArrayList<>(List.of("printf", "<%s>"));
        command.addAll(arguments);
        Recorder recorder = watch(start(JobSpec.of(newId(), command)));
        assertThat(recorder.awaitEnd(20)).isEqualTo(new JobState.Exited(0));
        assertThat(recorder.outputText())
                .isEqualTo(arguments.stream().map(word -> "<" + word + ">").collect(Collectors.joining()));
    }

    @Test
    void variablesReachTheProgram() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "printf '<%s><%s>' \"$open\" \"$hidden\""))
                .withEnvironment(Map.of("open", "a 'b'\nc"))
                .withSecrets(Map.of("hidden", "$(id)"));
        Recorder recorder = watch(start(spec));
        recorder.awaitEnd(20);
        assertThat(recorder.outputText()).isEqualTo("<a 'b'\nc><$(id)>");
    }

    @Test
    void itsOutputIsJoinedAndItsStatusKept() throws Exception {
        Recorder recorder = watch(startShell("echo one; echo two >&2; cat; exit 7"));
        assertThat(recorder.awaitEnd(20)).isEqualTo(new JobState.Exited(7));
        assertThat(recorder.outputText()).isEqualTo("one\ntwo\n");
    }

    @Test
    void itsStdoutMayBeKeptApart() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo one; echo two >&2"));
        Recorder recorder = watch(start(spec.withOutput(JobSpec.Output.APART)));
        assertThat(recorder.awaitEnd(20)).isEqualTo(new JobState.Exited(0));
        assertThat(recorder.stdoutText()).isEqualTo("one\n");
        assertThat(recorder.outputText()).isEqualTo("two\n");
    }

    @Test
    void startedAgainAndAgainItRunsOnce() throws Exception {
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo ran; sleep 1"));
        List<CompletableFuture<Job>> starts = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> start(spec)))
                .toList();
        List<Job> jobs = starts.stream().map(CompletableFuture::join).distinct().toList();
        assertThat(jobs).hasSize(1);
        Recorder recorder = watch(jobs.get(0));
        recorder.awaitEnd(20);
        assertThat(start(spec)).isEqualTo(jobs.get(0));
        assertThat(recorder.outputText()).isEqualTo("ran\n");
    }

    @Test
    void outputWrittenFastArrivesWithoutGapOrRepetition() throws Exception {
        Job job = startShell(
                "i=0; while [ $i -lt 40 ]; do seq $((i * 5000 + 1)) $((i * 5000 + 5000)); i=$((i + 1)); done");
        Recorder recorder = watch(job);
        recorder.awaitEnd(60);
        String expected = IntStream.rangeClosed(1, 200_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(recorder.outputText().equals(expected))
                .as("all lines, once, in order")
                .isTrue();
        assertThat(recorder.largest).isLessThanOrEqualTo(largestPart());
    }

    @Test
    void aWatchGoesOnFromItsCursor() throws Exception {
        Job job = startShell("echo one; sleep 1; echo two");
        Recorder first = new Recorder();
        JobEngine.Watch watch = engine().watch(host(), job, OutputCursor.START, first);
        await("the first line", 20, () -> first.output().length > 0);
        watch.close();
        Recorder second = new Recorder();
        engine().watch(host(), job, OutputCursor.parse(first.cursor().toText()), second);
        second.awaitEnd(20);
        assertThat(first.outputText() + second.outputText()).isEqualTo("one\ntwo\n");
    }

    @Test
    void aListenerThatFailsGetsTheSameAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        Recorder recorder = new Recorder();
        JobListener failing = new JobListener() {
            @Override
            public void output(byte[] bytes, OutputCursor next) {
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("no room for this");
                }
                recorder.output(bytes, next);
            }

            @Override
            public void state(JobState state) {
                recorder.state(state);
            }

            @Override
            public void gaveUp(String message) {
                recorder.gaveUp(message);
            }
        };
        engine().watch(host(), startShell("echo words"), OutputCursor.START, failing);
        recorder.awaitEnd(20);
        assertThat(recorder.outputText()).isEqualTo("words\n");
    }

    @Test
    void aJobThatIgnoresTermIsKilledAfterTheGrace() {
        Job job = startLasting("trap '' TERM; echo up; while :; do sleep 1; done");
        Recorder recorder = watch(job);
        await("the trap", 20, () -> recorder.outputText().equals("up\n"));
        assertThat(end(job, 1)).isEqualTo(new JobState.Killed(9));
    }

    @Test
    void endingAJobThatHasEndedGivesItsStatus() throws Exception {
        Job job = startShell("exit 3");
        watch(job).awaitEnd(20);
        assertThat(end(job, 1)).isEqualTo(new JobState.Exited(3));
    }

    /** In a cluster, a job may wait at first. */
    private void awaitRun(Job job) {
        await("its run", 20, () -> state(job).equals(new JobState.Running()));
    }

    @Test
    void anInterruptDetachesAndTheJobRunsOn() throws Exception {
        Job job = startLasting("exec sleep 300");
        Thread me = Thread.currentThread();
        Recorder recorder = new Recorder();
        CompletableFuture<Void> interrupt = CompletableFuture.runAsync(() -> {
            await("the attachment", 20, () -> !recorder.states.isEmpty());
            me.interrupt();
        });
        assertThatThrownBy(() -> engine().attach(host(), job, OutputCursor.START, recorder))
                .isInstanceOf(InterruptedException.class);
        interrupt.join();
        awaitRun(job);
    }

    @Test
    void runningAndEndedJobsAreFoundAndNoOthers() throws Exception {
        Job ended = startShell("exit 4");
        watch(ended).awaitEnd(20);
        Job lasting = startLasting("exec sleep 300");
        awaitRun(lasting);
        Map<String, JobRecord> found = engine().list(host(), new JobEngine.Self(), seconds(20)).stream()
                .collect(Collectors.toMap(record -> record.job().id(), record -> record));
        assertThat(found.get(ended.id()).job()).isEqualTo(ended);
        assertThat(found.get(ended.id()).state()).isEqualTo(new JobState.Exited(4));
        assertThat(found.get(lasting.id()).state()).isEqualTo(new JobState.Running());
        assertThat(engine().find(host(), new JobEngine.Self(), lasting.id(), seconds(20)))
                .map(JobRecord::job)
                .contains(lasting);
        assertThat(engine().find(host(), new JobEngine.Self(), newId(), seconds(20)))
                .isEmpty();
    }

    @Test
    void theOutputOfAJobIsCopiedUntilTheJobIsRemovedWhichARunningOneIsNot() {
        Job job = startLasting("echo one; exec sleep 300");
        Recorder recorder = watch(job);
        await("the first line", 20, () -> recorder.output().length > 0);
        engine().remove(host(), job, seconds(20));
        assertThat(copied(job)).isEqualTo("one\n");
        running.remove(job);
        end(job, 1);
        assertThat(copied(job)).isEqualTo("one\n");
        assertThat(engine().lastOutput(host(), job, seconds(20))).asString().isEqualTo("one\n");
        engine().remove(host(), job, seconds(20));
        assertThat(engine().find(host(), new JobEngine.Self(), job.id(), seconds(20)))
                .isEmpty();
        assertThatThrownBy(() -> copied(job))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining("no output of job " + job.id() + " is kept");
    }

    private String copied(Job job) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        engine().copyOutput(host(), job, sink, seconds(20));
        return sink.toString(StandardCharsets.UTF_8);
    }
}
