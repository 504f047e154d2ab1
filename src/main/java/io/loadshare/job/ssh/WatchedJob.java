package io.loadshare.job.ssh;

import io.loadshare.Durations;
import io.loadshare.Timestamps;
import io.loadshare.job.Job;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import java.time.Instant;

/** A watched job and the part of its output that has been read. For use by one thread at a time. */
final class WatchedJob {

    final Job job;
    private final JobListener listener;
    private OutputCursor cursor;
    private JobState reported;
    private Instant unreachableSince;
    private volatile boolean done;

    /** Whether a failure of its listener has been logged. */
    boolean failureLogged;

    WatchedJob(Job job, OutputCursor cursor, JobListener listener) {
        this.job = job;
        this.cursor = cursor;
        this.listener = listener;
    }

    JobPoll.Question question() {
        return new JobPoll.Question(job, cursor);
    }

    boolean isDone() {
        return done;
    }

    /** Stops the watching. Any thread may call this; a report that is in progress may still reach the listener. */
    void stop() {
        done = true;
    }

    /** Reports news to the listener: output first, and a final state only after all output. */
    void report(JobPoll.Answer answer) {
        unreachableSince = null;
        boolean all = answer.isAll(cursor);
        if (answer.output().length > 0) {
            OutputCursor next = cursor.plus(answer.output().length, 0);
            listener.output(answer.output(), next);
            cursor = next;
        }
        if (answer.stdout().length > 0) {
            OutputCursor next = cursor.plus(0, answer.stdout().length);
            listener.stdout(answer.stdout(), next);
            cursor = next;
        }
        if (all || !answer.state().isFinal()) {
            reportState(answer.state());
        }
    }

    void reportUnreachable(Instant now, String reason, JobWatcher.Pace pace) {
        if (unreachableSince == null) {
            unreachableSince = now;
            reportState(new JobState.Unreachable(now, reason));
        } else if (!now.isBefore(unreachableSince.plus(pace.giveUp()))) {
            listener.gaveUp("job " + job.id() + " on " + job.host() + ": the host has been unreachable since "
                    + Timestamps.print(unreachableSince) + ", longer than job.unreachableTimeout ("
                    + Durations.print(pace.giveUp()) + "): " + reason
                    + ". The job may still run; 'loadshare jobs' shows it when the host is back");
            done = true;
        }
    }

    private void reportState(JobState state) {
        if (!state.equals(reported)) {
            listener.state(state);
            reported = state;
            done = done || state.isFinal();
        }
    }
}
