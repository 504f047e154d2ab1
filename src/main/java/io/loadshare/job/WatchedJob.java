package io.loadshare.job;

import java.time.Instant;

/** One job that is watched, and how far. Used by one thread at a time. */
final class WatchedJob {

    final Job job;
    private final JobListener listener;
    private OutputCursor cursor;
    private JobState told;
    private Instant unreachableSince;
    private volatile boolean done;

    /** Whether its listener's failing has been reported. */
    boolean complained;

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

    /** From any thread: a call that is under way may still tell. */
    void stop() {
        done = true;
    }

    /** Tells what is new: output first, and a final state only after all of it. */
    void tell(JobPoll.Answer answer) {
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
            tellState(answer.state());
        }
    }

    void tellUnreachable(Instant now, String reason, JobWatcher.Pace pace) {
        if (unreachableSince == null) {
            unreachableSince = now;
            tellState(new JobState.Unreachable(now, reason));
        } else if (!now.isBefore(unreachableSince.plus(pace.giveUp()))) {
            listener.gaveUp("job " + job.id() + " on " + job.host() + ": the host has been unreachable since "
                    + unreachableSince + ", longer than job.unreachableTimeout, " + pace.giveUp() + " (" + reason
                    + "); the job may run on, 'loadshare jobs' tells once the host is back");
            done = true;
        }
    }

    private void tellState(JobState state) {
        if (!state.equals(told)) {
            listener.state(state);
            told = state;
            done = done || state.isFinal();
        }
    }
}
