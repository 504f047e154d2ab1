package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A way to run jobs on hosts: starts a job that outlives this process, follows it, ends it, and finds it again. Every
 * implementation passes the same contract test ({@code JobEngineContract}) and is thread-safe.
 */
public interface JobEngine {

    /** The time within which a prepared job begins, by the clock of its host. After that time it never begins. */
    Duration BEGIN_LIMIT = Duration.ofMinutes(1);

    /** The owner of the jobs to find. */
    sealed interface Owner {}

    /** The login user. */
    record Self() implements Owner {}

    /** Another user. Only root can read the jobs of other users. */
    record User(String login) implements Owner {

        private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}");

        public User {
            if (!LOGIN.matcher(login).matches()) {
                throw new IllegalArgumentException("'" + Quoted.printable(login) + "' is not a login name");
            }
        }
    }

    /** All users, but only their running jobs, because home directories may not be mounted. For root. */
    record Everyone() implements Owner {}

    /** The watch of one job. Closing it stops the watching and does not affect the job. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Starts a job. The host prepares the job first, and begins it on a separate order. A failure before that order
     * means that the job has not begun. Repeat an unanswered start with the same ID: the host finds a running job and
     * never runs it twice.
     *
     * @param beforeBeginning runs once everything is prepared, before the host receives the order to begin
     * @throws UnansweredStartException if the host received the order to begin the job and has not answered
     * @throws LoadshareException of kind STATE if the host refuses to start the job; of another kind if the host was
     *     not reached. The job has not started and will not start
     */
    Job start(Host host, JobSpec spec, Runnable beforeBeginning, Deadline deadline);

    /** Reports the state and the output of a job from a cursor on, without gap and repetition. */
    Watch watch(Host host, Job job, OutputCursor from, JobListener listener);

    /** Returns the time that {@link #end} may take. A cluster takes its time to end a job on a node. */
    static Duration endLimit(Host host, Duration grace) {
        return grace.plusSeconds(host.isCluster() ? 60 : 20);
    }

    /**
     * Ends a job and all its processes: sends TERM, and KILL after the grace period.
     *
     * @param deadline must leave time for {@link #endLimit}
     * @return the final state of the job, also if it had ended before
     * @throws LoadshareException if the job does not exist, or if processes survive even KILL
     */
    JobState end(Host host, Job job, Duration grace, Deadline deadline);

    /** Copies the current output of a detached job. If stdout is apart, copies only stderr. */
    void copyOutput(Host host, Job job, OutputStream sink, Deadline deadline);

    /** Returns the end of what a detached job printed: the last bytes of stderr and of stdout. */
    byte[] lastOutput(Host host, Job job, Deadline deadline);

    /** Removes all that is kept of a job whose program has ended. Does nothing in any other state. */
    void remove(Host host, Job job, Deadline deadline);

    /** Returns the jobs that are on record on the host, running and ended, oldest first. */
    List<JobRecord> list(Host host, Owner owner, Deadline deadline);

    /** Returns the job with that ID. */
    Optional<JobRecord> find(Host host, Owner owner, String id, Deadline deadline);

    /**
     * Follows a job to its end. An interrupt stops the following, and the job continues to run.
     *
     * @return the final state of the job
     * @throws LoadshareException if the host stays unreachable for too long; exceptions of the listener are also thrown
     */
    default JobState attach(Host host, Job job, OutputCursor from, JobListener listener) throws InterruptedException {
        AttachedJob attachment = new AttachedJob(listener);
        Watch watch = watch(host, job, from, attachment);
        try {
            return attachment.await();
        } finally {
            watch.close();
        }
    }
}
