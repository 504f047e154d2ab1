package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A client that finds, reads and ends jobs, using the protocol described at {@link ControlDirectory}. This class is
 * thread-safe.
 */
public final class JobControl {

    /** The owner of the jobs to find. */
    public sealed interface Owner {}

    /** The login user. */
    public record Self() implements Owner {}

    /** Another user. Only root can read the jobs of other users. */
    public record User(String login) implements Owner {

        private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}");

        public User {
            if (!LOGIN.matcher(login).matches()) {
                throw new IllegalArgumentException("'" + ShellWords.display(login) + "' is not a login name");
            }
        }
    }

    /** All users, but only their running jobs, because home directories may not be mounted. For root. */
    public record Everyone() implements Owner {}

    /** The size of an answer about 10 000 jobs. */
    private static final int LISTING_LIMIT = 8 << 20;

    private static final int STATE_LIMIT = 64 * 1024;

    private final Transport transport;

    public JobControl(Transport transport) {
        this.transport = transport;
    }

    /** Returns the jobs that have a control directory on the host, running and ended, oldest first. */
    public List<JobRecord> list(Host host, Owner owner, Deadline deadline) {
        return list(host, owner, "*", deadline);
    }

    /** Returns the job with that ID. */
    public Optional<JobRecord> find(Host host, Owner owner, String id, Deadline deadline) {
        JobSpec.requireId(id);
        return list(host, owner, id, deadline).stream().findFirst();
    }

    private List<JobRecord> list(Host host, Owner owner, String names, Deadline deadline) {
        String action = owner instanceof Everyone
                ? "list_running " + host.name() + " '" + names + "'"
                : "list ~" + (owner instanceof User user ? user.login() : "") + "/.loadshare/" + host.name() + " '"
                        + names + "'";
        byte[] script = RemoteScript.script(ScriptLibrary.library("process", "state", "list"), action, "");
        try (Session session = transport.connect(host, deadline)) {
            byte[] answer = RemoteScript.run(session, script, LISTING_LIMIT, deadline);
            return JobListing.parse(host.name(), ShellWords.decode(answer));
        }
    }

    /** Returns the current state of the job. */
    public JobState state(Host host, Job job, Deadline deadline) {
        return look(host, job, deadline).state();
    }

    /** Returns the cursor at the end of the current output. */
    public OutputCursor endOfOutput(Host host, Job job, Deadline deadline) {
        JobPoll.Answer answer = look(host, job, deadline);
        return new OutputCursor(answer.outputSize(), answer.stdoutSize());
    }

    private JobPoll.Answer look(Host host, Job job, Deadline deadline) {
        try (Session session = transport.connect(host, deadline)) {
            return JobPoll.look(session, job, deadline);
        }
    }

    /** Copies the current output of a detached job. If stdout is apart, copies only stderr. */
    public void copyOutput(Host host, Job job, OutputStream sink, Deadline deadline) {
        try (Session session = transport.connect(host, deadline);
                RemoteProcess process = session.start(RemoteCommand.of(RemoteScript.SHELL), deadline)) {
            try (OutputStream stdin = process.stdin()) {
                stdin.write(RemoteScript.script("", "exec cat " + ShellWords.quote(job.directory() + "/output"), ""));
            }
            RemoteScript.begun(process).transferTo(sink);
            if (process.waitFor(deadline) != 0) {
                throw new LoadshareException(
                        LoadshareException.Kind.NO_INPUT,
                        "no output of job " + job.id() + " is kept on " + host.name() + ": there is no "
                                + job.directory() + "/output that may be read");
            }
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        }
    }

    /**
     * Ends a job and all its processes: sends TERM, and KILL after the grace period.
     *
     * @param deadline must leave time for the grace period plus 10 s
     * @return the final state of the job, also if it had ended before
     * @throws LoadshareException if the job does not exist, or if processes survive even KILL
     */
    public JobState end(Host host, Job job, Duration grace, Deadline deadline) {
        String identity = job.identity().map(known -> " " + known).orElse("");
        String definitions = "id=" + job.id() + " escaped=yes directory=" + ShellWords.quote(job.directory()) + "\n"
                + ScriptLibrary.library("process", "state", "record", "end");
        byte[] script = RemoteScript.script(definitions, "end_verified " + grace.toSeconds() + identity, "");
        try (Session session = transport.connect(host, deadline)) {
            String answer = ShellWords.decode(RemoteScript.run(session, script, STATE_LIMIT, deadline))
                    .strip();
            return stateAfterEnd(host, job, answer);
        }
    }

    /** Removes the control directory of a job whose program has ended. Does nothing in any other state. */
    public void remove(Host host, Job job, Deadline deadline) {
        String definitions =
                "directory=" + ShellWords.quote(job.directory()) + "\n" + ScriptLibrary.library("process", "state");
        String action = "has_ended \"$directory\" && [ -O \"$directory\" ] && rm -rf \"$directory\"";
        try (Session session = transport.connect(host, deadline)) {
            RemoteScript.run(session, RemoteScript.script(definitions, action, ""), STATE_LIMIT, deadline);
        }
    }

    /** Resizes the terminal of a job; the kernel notifies the programs on it. Does nothing if the job has ended. */
    public void resize(Host host, Job job, RemoteCommand.Terminal size, Deadline deadline) {
        String definitions =
                "directory=" + ShellWords.quote(job.directory()) + "\n" + ScriptLibrary.library("process", "state");
        String action = "find_identity \"$directory\"\n! lives \"$pid\" \"$start\" || stty -F /proc/$pid/fd/0 rows "
                + size.rows() + " columns " + size.columns();
        try (Session session = transport.connect(host, deadline)) {
            RemoteScript.run(session, RemoteScript.script(definitions, action, ""), STATE_LIMIT, deadline);
        }
    }

    private static JobState stateAfterEnd(Host host, Job job, String answer) {
        String[] words = answer.split(" ", 2);
        switch (words[0]) {
            case "stubborn" ->
                throw new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        "job " + job.id() + " on " + host.name() + " cannot be ended: its processes " + words[1]
                                + " outlive even KILL; they hang in the kernel, most likely in I/O");
            case "forged" ->
                throw new LoadshareException(
                        LoadshareException.Kind.REFUSED,
                        "job " + job.id() + " on " + host.name() + " was not ended: its control directory "
                                + job.directory() + " names a process that is not its own");
            default -> {
                JobState state = JobState.parse(answer);
                if (state.equals(new JobState.Lost(JobState.Loss.GONE))) {
                    throw new LoadshareException(
                            LoadshareException.Kind.NO_INPUT,
                            "no job " + job.id() + " on " + host.name() + ": there is no " + job.directory());
                }
                return state;
            }
        }
    }
}
