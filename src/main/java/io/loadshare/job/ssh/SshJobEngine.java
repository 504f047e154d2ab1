package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The engine of jobs whose host is reached by a transport, with the protocol described at {@link ControlDirectory}. The
 * host of a job can be a Slurm cluster: then its login host is reached, {@code slurm.sh} replaces the functions that
 * start, end and see processes, and everything else is the same.
 */
public final class SshJobEngine implements JobEngine {

    /** The size of an answer about 10 000 jobs. */
    private static final int LISTING_LIMIT = 8 << 20;

    private static final int STATE_LIMIT = 64 * 1024;

    /** The bytes at the end of each stream that are read, at most half of {@link #STATE_LIMIT}. */
    private static final int TAIL = 16 * 1024;

    private static final Duration REASON_TIMEOUT = Duration.ofSeconds(10);

    private final Transport transport;
    private final JobLauncher launcher;
    private final JobWatcher watcher;
    private final InstantSource clock;

    /** @param polls runs the polls of watched jobs; as many threads as hosts are to be polled at the same time */
    public SshJobEngine(
            Transport transport, JobSettings settings, ScheduledExecutorService polls, InstantSource clock) {
        this(
                transport,
                new JobLauncher(transport, settings),
                new JobWatcher(transport, polls, clock, JobWatcher.Pace.giveUpAfter(settings.unreachableTimeout())),
                clock);
    }

    SshJobEngine(Transport transport, JobLauncher launcher, JobWatcher watcher, InstantSource clock) {
        this.transport = transport;
        this.launcher = launcher;
        this.watcher = watcher;
        this.clock = clock;
    }

    @Override
    public Job start(Host host, JobSpec spec, Runnable beforeBeginning, Deadline deadline) {
        return launcher.start(host, spec, beforeBeginning, deadline);
    }

    /**
     * Runs a job with the streams of the caller, which survive the loss of a connection. In a Slurm cluster, the job gets
     * no input, and continues to run if the client ends.
     *
     * @param input whether the job has input
     * @throws LoadshareException like {@link #start}
     */
    public ForegroundJob run(Host host, JobSpec spec, boolean input, ConnectionListener listener, Deadline deadline) {
        if (host.isCluster()) {
            return follow(host, start(host, spec.withOutput(JobSpec.Output.APART), () -> {}, deadline), listener);
        }
        return launcher.run(host, spec, input, listener, deadline);
    }

    /** Runs a job on a terminal, which combines stdout and stderr. */
    public ForegroundJob runOnTerminal(Host host, JobSpec spec, RemoteCommand.Terminal terminal, Deadline deadline) {
        if (host.isCluster()) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "a job in Slurm pool " + host.name() + " cannot have a terminal: run it without --tty");
        }
        return launcher.runOnTerminal(host, spec, terminal, deadline);
    }

    private FollowedJob follow(Host host, Job job, ConnectionListener listener) {
        FollowedJob followed = new FollowedJob(job, listener, clock, () -> find(
                        host, new Self(), job.id(), Deadline.after(REASON_TIMEOUT, System::nanoTime))
                .flatMap(JobRecord::reason));
        followed.followedBy(watch(host, job, OutputCursor.START, followed));
        return followed;
    }

    @Override
    public Watch watch(Host host, Job job, OutputCursor from, JobListener listener) {
        return watcher.watch(host, job, from, listener);
    }

    @Override
    public List<JobRecord> list(Host host, Owner owner, Deadline deadline) {
        return list(host, owner, "*", deadline);
    }

    @Override
    public Optional<JobRecord> find(Host host, Owner owner, String id, Deadline deadline) {
        JobSpec.requireId(id);
        return list(host, owner, id, deadline).stream().findFirst();
    }

    private List<JobRecord> list(Host host, Owner owner, String names, Deadline deadline) {
        String action = owner instanceof Everyone
                ? "list_running " + host.name() + " '" + names + "'"
                : "list ~" + (owner instanceof User user ? user.login() : "") + "/.loadshare/" + host.name() + " '"
                        + names + "'";
        byte[] script = RemoteScript.script(ScriptLibrary.library(host, "process", "state", "list"), action, "");
        try (Session session = transport.connect(host, deadline)) {
            byte[] answer = RemoteScript.run(session, script, LISTING_LIMIT, deadline);
            return JobListing.parse(host.name(), ShellWords.decode(answer));
        }
    }

    @Override
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

    @Override
    public byte[] lastOutput(Host host, Job job, Deadline deadline) {
        String action = "cd " + ShellWords.quote(job.directory()) + "\n"
                + "for file in output stdout; do [ ! -f $file ] || tail -c " + TAIL + " $file; done";
        try (Session session = transport.connect(host, deadline)) {
            return RemoteScript.run(session, RemoteScript.script("", action, ""), STATE_LIMIT, deadline);
        }
    }

    @Override
    public JobState end(Host host, Job job, Duration grace, Deadline deadline) {
        String identity = job.identity().map(known -> " " + known).orElse("");
        String definitions = "id=" + job.id() + " escaped=yes directory=" + ShellWords.quote(job.directory()) + "\n"
                + ScriptLibrary.library(host, "process", "state", "record", "end");
        byte[] script = RemoteScript.script(definitions, "end_verified " + grace.toSeconds() + identity, "");
        try (Session session = transport.connect(host, deadline)) {
            String answer = ShellWords.decode(RemoteScript.run(session, script, STATE_LIMIT, deadline))
                    .strip();
            return stateAfterEnd(host, job, answer);
        }
    }

    @Override
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
            case "ending" ->
                throw new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        "job " + job.id() + " on " + host.name() + " has not ended yet: Slurm's job "
                                + words[1].replace(" ", " is still ")
                                + ". Its node cleans up, or does not answer; ask again later.");
            case "failed" ->
                throw new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        "job " + job.id() + " on " + host.name() + " was not ended: " + Quoted.printable(words[1]));
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
