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

/** Finds, reads and ends jobs, by the protocol told at {@link ControlDirectory}. Any thread may call. */
public final class JobControl {

    /** Whose jobs. */
    public sealed interface Owner {}

    /** The user we log in as. */
    public record Self() implements Owner {}

    /** Another user; only root can read what is theirs. */
    public record User(String login) implements Owner {

        private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}");

        public User {
            if (!LOGIN.matcher(login).matches()) {
                throw new IllegalArgumentException("'" + ShellWords.display(login) + "' is not a login name");
            }
        }
    }

    /** All users, but only their running jobs: homes need not be mounted. For root. */
    public record Everyone() implements Owner {}

    /** An answer of 10 000 jobs. */
    private static final int LISTING_LIMIT = 8 << 20;

    private static final int STATE_LIMIT = 64 * 1024;

    private final Transport transport;

    public JobControl(Transport transport) {
        this.transport = transport;
    }

    /** The jobs that have a control directory on the host, oldest first, running and ended. */
    public List<JobRecord> list(Host host, Owner owner, Deadline deadline) {
        return list(host, owner, "*", deadline);
    }

    /** The job of that id. */
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

    /** How the job is now. */
    public JobState state(Host host, Job job, Deadline deadline) {
        return look(host, job, deadline).state();
    }

    /** The cursor behind all output that is there now. */
    public OutputCursor endOfOutput(Host host, Job job, Deadline deadline) {
        JobPoll.Answer answer = look(host, job, deadline);
        return new OutputCursor(answer.outputSize(), answer.stdoutSize());
    }

    private JobPoll.Answer look(Host host, Job job, Deadline deadline) {
        try (Session session = transport.connect(host, deadline)) {
            return JobPoll.look(session, job, deadline);
        }
    }

    /** Copies what a detached job has printed until now, without its stdout if that is apart. */
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
     * Ends a job and all that belongs to it: TERM, and after the grace KILL.
     *
     * @param deadline must leave room for the grace and 10 s more
     * @return its state afterwards, which is final; also if it had ended before
     * @throws LoadshareException if the job does not exist, or processes are left that even KILL does not end
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

    /** Gives the terminal of a job another size, of which its kernel notifies the programs on it; no harm if it has ended. */
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
