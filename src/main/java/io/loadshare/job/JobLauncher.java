package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Starts jobs on hosts, by the protocol told at {@link ControlDirectory}. Any thread may call. */
public final class JobLauncher {

    private static final int ANSWER_LIMIT = 64 * 1024;

    private final Transport transport;
    private final JobSettings settings;
    private final ClientTimeouts timeouts;

    public JobLauncher(Transport transport, JobSettings settings) {
        this(transport, settings, ClientTimeouts.of(settings));
    }

    JobLauncher(Transport transport, JobSettings settings, ClientTimeouts timeouts) {
        this.transport = transport;
        this.settings = settings;
        this.timeouts = timeouts;
    }

    /**
     * Starts a job that outlives us. If the answer is lost ({@link io.loadshare.transport.TransportException}) call it again
     * with the same id: a job that runs is found, never run twice.
     *
     * @throws LoadshareException if the host refuses to start it; then there is no such job
     * @throws TransportException of kind UNAVAILABLE if the host was not asked, of kind LOST if it did not answer
     */
    public Job start(Host host, JobSpec spec, Deadline deadline) {
        CommandFile files = files(host, spec, CommandFile.Kind.of(spec.output()), "");
        byte[] script = RemoteScript.script(
                files.definitions() + ScriptLibrary.library("process", "state", "prepare", "start", "sweep"),
                "start_detached",
                sweep());
        try (Session session = transport.connect(host, deadline)) {
            return jobOf(host, spec.id(), text(answer(session, spec.id(), script, deadline)));
        }
    }

    /** A host that was asked and is silent may do it yet, so the job must not go elsewhere. */
    private static byte[] answer(Session session, String id, byte[] script, Deadline deadline) {
        try {
            return RemoteScript.run(session, script, ANSWER_LIMIT, deadline);
        } catch (TransportException e) {
            if (e.reason() != TransportException.Reason.TIMED_OUT) {
                throw e;
            }
            throw new TransportException(
                    TransportException.Reason.LOST,
                    e.getMessage() + "; it may start job " + id + " yet, so look for that before you start it again",
                    e);
        }
    }

    /**
     * Runs a job with the caller's streams, which survive the loss of a connection.
     *
     * @param input whether the job gets input
     * @throws LoadshareException if the host refuses to start it; then there is no such job
     * @throws TransportException of kind UNAVAILABLE if the job was certainly not started, of kind LOST if it may have been
     */
    public ForegroundJob run(Host host, JobSpec spec, boolean input, ConnectionListener listener, Deadline deadline) {
        String nonce = Long.toHexString(ThreadLocalRandom.current().nextLong())
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        String streams = "nonce=" + nonce + " input=" + (input ? "pipe" : "none") + " " + timeouts.definitions();
        CommandFile files = files(host, spec, CommandFile.Kind.STREAMED, streams);
        JobConnector connector = new JobConnector(transport, host, spec.id(), nonce, System::nanoTime);
        StreamedJob job = new StreamedJob(connector, listener, timeouts);
        try {
            Session session = transport.connect(host, deadline);
            JobConnection first = connector.start(session, files.definitions(), sweep(), job.receiver(), deadline);
            job.start(jobOf(host, spec.id(), first.words()), first);
            return job;
        } catch (JobConnection.RefusedException e) {
            throw notStarted(host, spec.id(), e.getMessage());
        } catch (TransportException e) {
            if (e.kind() != LoadshareException.Kind.LOST) {
                throw e;
            }
            join(job, connector, e);
            return job;
        }
    }

    /** Makes certain whether a job runs that its host was asked to start. */
    private void join(StreamedJob job, JobConnector connector, TransportException loss) {
        try {
            JobConnection second = connector.rejoin(OutputCursor.START, job.receiver());
            job.start(jobOf(connector.host(), connector.id(), second.words()), second);
        } catch (JobConnection.RefusedException e) {
            if (e.getMessage().equals("lost unstarted") || e.getMessage().equals("lost gone")) {
                throw new TransportException(
                        TransportException.Reason.NO_CONNECTION, loss.getMessage() + "; it was not started", loss);
            }
            throw loss;
        } catch (LoadshareException e) {
            throw loss;
        }
    }

    /** Runs a job on a terminal, which makes stdout and stderr one. */
    public ForegroundJob runOnTerminal(Host host, JobSpec spec, RemoteCommand.Terminal terminal, Deadline deadline) {
        CommandFile files = files(host, spec, CommandFile.Kind.TERMINAL, "");
        byte[] script = RemoteScript.script(
                files.definitions() + ScriptLibrary.library("process", "state", "prepare", "sweep"),
                "prepare_terminal",
                sweep());
        Session session = transport.connect(host, deadline);
        try {
            Job job = jobOf(host, spec.id(), text(RemoteScript.run(session, script, ANSWER_LIMIT, deadline)));
            String line = ControlDirectory.runLine(host.name(), spec);
            RemoteCommand command = new RemoteCommand(line, Optional.of(terminal));
            return new TerminalJob(job, session, session.start(command, deadline));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private CommandFile files(Host host, JobSpec spec, CommandFile.Kind kind, String streams) {
        return new CommandFile(host.name(), spec, kind, streams, settings.nice());
    }

    /** At most once a tenth of the time for which directories are kept, and once a day. */
    private String sweep() {
        long keep = settings.keep().toMinutes();
        long pause = Math.max(1, Math.min(keep / 10, Duration.ofDays(1).toMinutes()));
        return "sweep " + keep + " " + pause + " >/dev/null 2>&1 &";
    }

    private static String text(byte[] answer) {
        return ShellWords.decode(answer).strip();
    }

    /** From "ready DIRECTORY", "started PID START-TIME BOOT-ID DIRECTORY" or "failed REASON". */
    private static Job jobOf(Host host, String id, String text) {
        if (text.startsWith("ready ")) {
            return new Job(host.name(), id, text.substring("ready ".length()), Optional.empty());
        }
        String[] words = text.split(" ", 5);
        if (words.length == 5 && words[0].equals("started")) {
            Job.Identity identity = Job.Identity.parse(String.join(" ", words[1], words[2], words[3]));
            return new Job(host.name(), id, words[4], Optional.of(identity));
        }
        throw notStarted(host, id, text.startsWith("failed ") ? text.substring("failed ".length()) : "'" + text + "'");
    }

    private static LoadshareException notStarted(Host host, String id, String reason) {
        return new LoadshareException(
                LoadshareException.Kind.STATE,
                "job " + id + " was not started on " + host.name() + ": " + ShellWords.display(reason)
                        + "; jobs keep their files below the home directory of the login there");
    }
}
