package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.Timestamps;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.Recorder;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.local.LocalTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a host is asked, and what is reported when it does not answer. */
class JobWatcherTest {

    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    @TempDir
    Path home;

    private final Host host = Host.local("here");
    private final Hasty executor = new Hasty();
    private volatile Instant now = NOON;
    private volatile boolean reachable = true;

    @AfterEach
    void stopExecutor() {
        executor.shutdownNow();
    }

    @Test
    void aHostIsAskedEverMoreRarelyUntilThereIsOutput() throws Exception {
        Path gate = home.resolve("gate");
        Job job = start("while [ ! -e '" + gate + "' ]; do sleep 0.1; done; echo words; sleep 1");
        Recorder recorder = new Recorder();
        watcher().watch(host, job, OutputCursor.START, recorder);
        JobTestBase.await("30 polls", 60, () -> executor.pauses.size() >= 30);
        double pause = 0.25;
        for (int i = 0; i < 30; i++) {
            assertThat(executor.pauses.get(i))
                    .as("pause %d", i)
                    .isEqualTo(Math.min(pause, 4), org.assertj.core.data.Offset.offset(0.001));
            pause *= 1.2;
        }
        Files.createFile(gate);
        JobTestBase.await("the output", 60, () -> recorder.output().length > 0);
        recorder.awaitEnd(60);
        int silent = executor.pauses.indexOf(4.0);
        assertThat(executor.pauses.subList(silent, executor.pauses.size())).contains(0.25);
    }

    @Test
    void aHostThatDoesNotAnswerGivesNoVerdictAndNoGap() throws Exception {
        Job job = start("echo one; sleep 2; echo two; exit 3");
        Recorder recorder = new Recorder();
        watcher().watch(host, job, OutputCursor.START, recorder);
        JobTestBase.await("the first line", 20, () -> recorder.outputText().equals("one\n"));
        reachable = false;
        JobTestBase.await("the host's being unreachable", 20, () -> last(recorder) instanceof JobState.Unreachable);
        assertThat(last(recorder)).isEqualTo(new JobState.Unreachable(NOON, "here did not answer within 1 s"));
        reachable = true;
        assertThat(recorder.awaitEnd(20)).isEqualTo(new JobState.Exited(3));
        assertThat(recorder.outputText()).isEqualTo("one\ntwo\n");
    }

    @Test
    void aHostUnreachableForTooLongIsGivenUpWithoutAVerdict() throws Exception {
        Job job = start("exit 0");
        reachable = false;
        Recorder recorder = new Recorder();
        watcher().watch(host, job, OutputCursor.START, recorder);
        JobTestBase.await("the host's being unreachable", 20, () -> last(recorder) instanceof JobState.Unreachable);
        now = NOON.plus(Duration.ofHours(24)).minusMillis(1);
        assertThat(recorder.gaveUp).isNull();
        now = NOON.plus(Duration.ofHours(24));
        assertThat(recorder.awaitEnd(20)).isInstanceOf(JobState.Unreachable.class);
        assertThat(recorder.gaveUp)
                .startsWith("job " + job.id() + " on here: the host has been unreachable since "
                        + Timestamps.print(NOON) + ", longer than job.unreachableTimeout (1d): ");
    }

    @Test
    void whileMuchOutputWaitsEachPollCarriesMoreWithinItsBound() throws Exception {
        Job job = start("head -c 20000000 /dev/zero");
        Recorder first = new Recorder();
        watcher().watch(host, job, OutputCursor.START, first);
        first.awaitEnd(60);
        Recorder second = new Recorder();
        watcher().watch(host, job, OutputCursor.START, second);
        second.awaitEnd(60);
        assertThat(second.output()).hasSize(20_000_000);
        assertThat(second.largest).isGreaterThan(JobPoll.FIRST_BUDGET).isLessThanOrEqualTo(JobPoll.MOST_BUDGET);
    }

    private static JobState last(Recorder recorder) {
        List<JobState> states = List.copyOf(recorder.states);
        return states.isEmpty() ? null : states.get(states.size() - 1);
    }

    private JobWatcher watcher() {
        return new JobWatcher(
                new Fickle(),
                executor,
                () -> now,
                JobWatcher.Pace.giveUpAfter(JobSettings.DEFAULT.unreachableTimeout()));
    }

    private Job start(String script) {
        return new JobLauncher(new LocalTransport(home), JobSettings.DEFAULT)
                .start(
                        host,
                        JobSpec.of(JobTestBase.newId(), List.of("sh", "-c", script)),
                        () -> {},
                        JobTestBase.seconds(20));
    }

    /** This machine, except while it is not reachable. */
    private final class Fickle extends ForwardingTransport {

        Fickle() {
            super(new LocalTransport(home));
        }

        @Override
        void beforeConnect(Host host) {
            if (!reachable) {
                throw TransportException.timedOut(host, "answer", JobTestBase.seconds(1));
            }
        }
    }

    /** Notes for how long a task should wait, in seconds, and runs it at once. */
    private static final class Hasty extends ScheduledThreadPoolExecutor {

        final List<Double> pauses = new CopyOnWriteArrayList<>();

        Hasty() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            pauses.add(unit.toNanos(delay) / 1e9);
            return super.schedule(task, Math.min(unit.toMillis(delay), 20), TimeUnit.MILLISECONDS);
        }
    }
}
