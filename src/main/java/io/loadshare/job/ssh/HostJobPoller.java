package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.job.JobEngine;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The poller of all watched jobs of one host. At most one poll of the host is running or scheduled. While more output
 * waits than a poll carries, the next poll follows at once, and carries more as long as polls are quick.
 */
final class HostJobPoller {

    private static final Logger LOG = System.getLogger(HostJobPoller.class.getName());

    private static final Duration QUICK = Duration.ofSeconds(1);

    private final Host host;
    private final Transport transport;
    private final ScheduledExecutorService executor;
    private final InstantSource clock;
    private final JobWatcher.Pace pace;
    private final List<WatchedJob> jobs = new ArrayList<>();
    private Duration pause;
    private ScheduledFuture<?> planned;
    private boolean polling;
    private int budget = JobPoll.FIRST_BUDGET; // of the poll that is under way, or the next

    HostJobPoller(
            Host host,
            Transport transport,
            ScheduledExecutorService executor,
            InstantSource clock,
            JobWatcher.Pace pace) {
        this.host = host;
        this.transport = transport;
        this.executor = executor;
        this.clock = clock;
        this.pace = pace;
        this.pause = pace.first();
    }

    synchronized JobEngine.Watch add(WatchedJob job) {
        jobs.add(job);
        pause = pace.first();
        plan(pause);
        return job::stop;
    }

    private synchronized void plan(Duration delay) {
        if (polling) {
            return;
        }
        if (planned != null) {
            planned.cancel(false);
        }
        planned = executor.schedule(this::poll, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void poll() {
        List<WatchedJob> asked = begin();
        long start = System.nanoTime();
        Outcome outcome = asked.isEmpty() ? Outcome.QUIET : ask(asked);
        boolean quick = System.nanoTime() - start < QUICK.toNanos();
        budget = quick && outcome == Outcome.MORE ? Math.min(2 * budget, JobPoll.MOST_BUDGET) : JobPoll.FIRST_BUDGET;
        end(outcome);
    }

    private enum Outcome {
        QUIET,
        OUTPUT,
        MORE
    }

    private synchronized List<WatchedJob> begin() {
        polling = true;
        jobs.removeIf(WatchedJob::isDone);
        Collections.rotate(jobs, 1); // each job comes first in turn if the output exceeds the budget of one poll
        return List.copyOf(jobs);
    }

    private synchronized void end(Outcome outcome) {
        polling = false;
        jobs.removeIf(WatchedJob::isDone);
        pause = outcome == Outcome.QUIET ? pace.after(pause) : pace.first();
        if (!jobs.isEmpty()) {
            plan(outcome == Outcome.MORE ? Duration.ZERO : pause);
        }
    }

    private Outcome ask(List<WatchedJob> asked) {
        List<JobPoll.Question> questions =
                asked.stream().map(WatchedJob::question).toList();
        List<JobPoll.Answer> answers;
        try (Session session = transport.connect(host, deadline())) {
            answers = JobPoll.ask(session, questions, budget, deadline());
        } catch (RuntimeException e) {
            notifyEach(asked, job -> job.reportUnreachable(clock.instant(), e.getMessage(), pace));
            return Outcome.QUIET;
        }
        Outcome outcome = Outcome.QUIET;
        for (int i = 0; i < asked.size(); i++) {
            WatchedJob job = asked.get(i);
            JobPoll.Answer answer = answers.get(i);
            if (answer.output().length + answer.stdout().length > 0 && outcome == Outcome.QUIET) {
                outcome = Outcome.OUTPUT;
            }
            if (!answer.isAll(questions.get(i).cursor())) {
                outcome = Outcome.MORE;
            }
            notifyEach(List.of(job), one -> one.report(answer));
        }
        return outcome;
    }

    private Deadline deadline() {
        return Deadline.after(pace.answer(), System::nanoTime);
    }

    private static void notifyEach(List<WatchedJob> jobs, Consumer<WatchedJob> report) {
        for (WatchedJob job : jobs) {
            try {
                if (!job.isDone()) {
                    report.accept(job);
                }
            } catch (RuntimeException e) {
                LOG.log(
                        job.failureLogged ? Level.DEBUG : Level.WARNING,
                        "the listener for job " + job.job.id() + " on " + job.job.host()
                                + " failed and will be called again",
                        e);
                job.failureLogged = true;
            }
        }
    }
}
