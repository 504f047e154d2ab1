package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.RejectedJobException;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** A launcher of jobs on hosts, using the protocol described at {@link ControlDirectory}. This class is thread-safe. */
final class JobLauncher {

    private static final int ANSWER_LIMIT = 64 * 1024;
    /** Begins the reason of a host that lacks something that the job requires; the host may run other jobs. */
    private static final String UNFIT = "unfit ";

    private static final String SUBMITTED = "submitted ";

    private static final byte[] BEGIN = "go\n".getBytes(StandardCharsets.US_ASCII);

    private final Transport transport;
    private final StartShells shells;
    private final JobSettings settings;
    private final ClientTimeouts timeouts;
    private final Duration beginLimit;

    JobLauncher(Transport transport, JobSettings settings) {
        this(transport, settings, ClientTimeouts.of(settings), JobEngine.BEGIN_LIMIT);
    }

    JobLauncher(Transport transport, JobSettings settings, ClientTimeouts timeouts, Duration beginLimit) {
        this.transport = transport;
        this.shells = new StartShells(transport);
        this.settings = settings;
        this.timeouts = timeouts;
        this.beginLimit = beginLimit;
    }

    /** Starts a job, as {@link JobEngine#start} describes. */
    Job start(Host host, JobSpec spec, Runnable beforeBeginning, Deadline deadline) {
        CommandFile files = files(host, spec, CommandFile.Kind.of(spec.output()), "");
        if (host.isCluster()) {
            return submit(host, files, beforeBeginning, deadline);
        }
        byte[] script = RemoteScript.script(
                definitions(files) + ScriptLibrary.library("process", "state", "record", "prepare", "start", "sweep"),
                "start_detached",
                sweep());
        try (StartShell shell = StartShell.open(transport, host, deadline)) {
            byte[] answer = start(shell, host, script, spec.id(), beforeBeginning, deadline);
            shell.awaitEnd(deadline);
            return jobOf(host, spec.id(), text(answer));
        }
    }

    /** Submits a job to a cluster, in a shell that may have submitted others just before. */
    private Job submit(Host host, CommandFile files, Runnable beforeBeginning, Deadline deadline) {
        String id = files.spec().id();
        StartShell shell = shells.take(host, deadline);
        boolean submitted = false;
        try {
            String library = shell.scripts() > 0
                    ? ""
                    : ScriptLibrary.library(host, "answer", "process", "state", "record", "start", "sweep");
            byte[] script = RemoteScript.part(
                    library, definitions(files) + ScriptLibrary.library("prepare"), "start_detached", sweep());
            String answer = text(start(shell, host, script, id, beforeBeginning, deadline));
            submitted = answer.startsWith(SUBMITTED);
            return jobOf(host, id, answer);
        } finally {
            if (submitted) {
                shells.release(host, shell);
            } else {
                shell.close();
            }
        }
    }

    private static byte[] start(
            StartShell shell, Host host, byte[] script, String id, Runnable beforeBeginning, Deadline deadline) {
        byte[] answer = shell.run(script, deadline);
        if (!isReady(answer)) {
            return answer;
        }
        beforeBeginning.run();
        try {
            return shell.ask(BEGIN, deadline); // from here on the job may run, whatever happens
        } catch (IOException | RuntimeException e) {
            throw new UnansweredStartException(host.name(), id, e.getMessage(), e);
        }
    }

    /**
     * Runs a job with the streams of the caller, which survive the loss of a connection.
     *
     * @param input whether the job has input
     * @throws LoadshareException like {@link #start}
     */
    ForegroundJob run(Host host, JobSpec spec, boolean input, ConnectionListener listener, Deadline deadline) {
        String nonce = Long.toHexString(ThreadLocalRandom.current().nextLong())
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        String streams = "nonce=" + nonce + " input=" + (input ? "pipe" : "none") + " " + timeouts.definitions();
        CommandFile files = files(host, spec, CommandFile.Kind.STREAMED, streams);
        JobConnector connector = new JobConnector(transport, host, spec.id(), nonce, System::nanoTime);
        StreamedJob job = new StreamedJob(connector, listener, timeouts);
        try {
            Session session = transport.connect(host, deadline);
            JobConnection first = connector.start(session, definitions(files), sweep(), job.receiver(), deadline);
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

    /** Finds out whether a job runs after its host received the order to start it, and joins the job if it does. */
    private void join(StreamedJob job, JobConnector connector, TransportException loss) {
        try {
            JobConnection second = connector.rejoin(OutputCursor.START, job.receiver());
            job.start(jobOf(connector.host(), connector.id(), second.words()), second);
        } catch (JobConnection.RefusedException e) {
            if (e.getMessage().equals("lost unstarted") || e.getMessage().equals("lost gone")) {
                throw new TransportException(
                        TransportException.Reason.NO_CONNECTION, loss.getMessage() + "; it was not started", loss);
            }
            throw unansweredIfSent(connector.host(), connector.id(), loss);
        } catch (LoadshareException e) {
            throw unansweredIfSent(connector.host(), connector.id(), loss);
        }
    }

    /** Converts a failure whose kind shows that the host may have received the order to begin the job. */
    private static LoadshareException unansweredIfSent(Host host, String id, TransportException e) {
        return e.kind() == LoadshareException.Kind.LOST
                ? new UnansweredStartException(host.name(), id, e.getMessage(), e)
                : e;
    }

    /** Runs a job on a terminal, which combines stdout and stderr. */
    ForegroundJob runOnTerminal(Host host, JobSpec spec, RemoteCommand.Terminal terminal, Deadline deadline) {
        CommandFile files = files(host, spec, CommandFile.Kind.TERMINAL, "");
        byte[] script = RemoteScript.script(
                definitions(files) + ScriptLibrary.library("process", "state", "prepare", "sweep"),
                "prepare_terminal",
                sweep());
        Session session = transport.connect(host, deadline);
        try {
            Job job = jobOf(host, spec.id(), text(RemoteScript.run(session, script, ANSWER_LIMIT, deadline)));
            String line = ControlDirectory.runLine(host.name(), spec);
            RemoteCommand command = new RemoteCommand(line, Optional.of(terminal));
            return new TerminalJob(job, session, begin(session, spec.id(), command, deadline));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static RemoteProcess begin(Session session, String id, RemoteCommand command, Deadline deadline) {
        try {
            return session.start(command, deadline);
        } catch (TransportException e) {
            throw unansweredIfSent(session.host(), id, e);
        }
    }

    private CommandFile files(Host host, JobSpec spec, CommandFile.Kind kind, String streams) {
        return new CommandFile(
                host, spec, kind, streams, settings.nice(), spec.limits().or(settings.limits()));
    }

    private String definitions(CommandFile files) {
        return "begin_limit=" + beginLimit.toSeconds() + "\n" + files.definitions();
    }

    /**
     * Returns the command that removes old control directories. It does nothing if the last removal is more recent than
     * a tenth of the retention time, or than one day if that is shorter.
     */
    private String sweep() {
        long keep = settings.keep().toMinutes();
        long pause = Math.max(1, Math.min(keep / 10, Duration.ofDays(1).toMinutes()));
        return "sweep " + keep + " " + pause;
    }

    private static boolean isReady(byte[] answer) {
        return text(answer).startsWith("ready ");
    }

    private static String text(byte[] answer) {
        return ShellWords.decode(answer).strip();
    }

    /**
     * Parses "ready DIRECTORY", "submitted DIRECTORY", "started PID START-TIME BOOT-ID DIRECTORY", "begun DIRECTORY",
     * "failed REASON" or "rejected REASON".
     */
    private static Job jobOf(Host host, String id, String text) {
        if (text.startsWith("ready ") || text.startsWith(SUBMITTED)) {
            return new Job(host.name(), id, text.substring(text.indexOf(' ') + 1), Optional.empty());
        }
        String[] words = text.split(" ", 5);
        if (words.length == 5 && words[0].equals("started")) {
            Job.Identity identity = Job.Identity.parse(String.join(" ", words[1], words[2], words[3]));
            return new Job(host.name(), id, words[4], Optional.of(identity));
        }
        if (words[0].equals("begun")) {
            throw new UnansweredStartException(
                    host.name(), id, "it has not begun the job yet, and may within a minute", null);
        }
        if (words[0].equals("rejected")) {
            throw new RejectedJobException(
                    notStarted(host, id, text.substring("rejected ".length())).getMessage());
        }
        throw notStarted(host, id, text.startsWith("failed ") ? text.substring("failed ".length()) : "'" + text + "'");
    }

    private static LoadshareException notStarted(Host host, String id, String reason) {
        if (reason.startsWith(UNFIT)) {
            return new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    "job " + id + " cannot run on " + host.name() + ": "
                            + Quoted.printable(reason.substring(UNFIT.length())));
        }
        return new LoadshareException(
                LoadshareException.Kind.STATE,
                "job " + id + " was not started on " + host.name() + ": " + Quoted.printable(reason)
                        + (host.isCluster()
                                ? ""
                                : "; jobs keep their files below the home directory of the login there"));
    }
}
