package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
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

/** Starts jobs on hosts, by the protocol told at {@link ControlDirectory}. Any thread may call. */
public final class JobLauncher {

    private static final int ANSWER_LIMIT = 64 * 1024;
    private static final byte[] BEGIN = "go\n".getBytes(StandardCharsets.US_ASCII);

    /** A job that is prepared begins within this time, by its host's clock, or never. */
    public static final Duration BEGIN_LIMIT = Duration.ofMinutes(1);

    /** How long the host may take to clear up after its answer; it does that alone, too. */
    private static final Duration CLEARING_UP = Duration.ofSeconds(1);

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Transport transport;
    private final JobSettings settings;
    private final ClientHeartbeat.Pace pace;
    private final Duration beginLimit;

    public JobLauncher(Transport transport, JobSettings settings) {
        this(transport, settings, ClientHeartbeat.Pace.DEFAULT, BEGIN_LIMIT);
    }

    JobLauncher(Transport transport, JobSettings settings, ClientHeartbeat.Pace pace, Duration beginLimit) {
        this.transport = transport;
        this.settings = settings;
        this.pace = pace;
        this.beginLimit = beginLimit;
    }

    /**
     * Starts a job that outlives us. The host prepares it first, and begins it when told to: what fails before that began
     * nothing. Repeat an unanswered start with the same ID: a job that runs is found, never run twice.
     *
     * @param beforeBeginning runs once all is prepared, before the host is told to begin
     * @throws UnansweredStartException if the host was told to begin the job and has not answered
     * @throws LoadshareException of kind STATE if the host refuses to start it; of another kind if it was not reached. The job has not
     *     started, and will not
     */
    public Job start(Host host, JobSpec spec, Runnable beforeBeginning, Deadline deadline) {
        CommandFile files = files(host, spec, CommandFile.Kind.of(spec.output()), false);
        byte[] script = RemoteScript.script(
                definitions(files) + ScriptLibrary.library("process", "state", "record", "prepare", "start", "sweep"),
                "start_detached",
                sweep());
        try (Session session = transport.connect(host, deadline);
                RemoteProcess process = session.startQuiet(RemoteScript.SHELL, deadline)) {
            send(process, script);
            byte[] answer = RemoteScript.read(session, process, ANSWER_LIMIT, deadline);
            if (isReady(answer)) {
                beforeBeginning.run();
                answer = begin(session, process, spec.id(), deadline);
            }
            awaitEnd(process, deadline);
            return jobOf(session, spec.id(), answer);
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        }
    }

    /** As {@link #start(Host, JobSpec, Runnable, Deadline)} for a caller that records nothing. */
    public Job start(Host host, JobSpec spec, Deadline deadline) {
        return start(host, spec, () -> {}, deadline);
    }

    private static void awaitEnd(RemoteProcess process, Deadline deadline) {
        try {
            process.waitFor(deadline.within(CLEARING_UP));
        } catch (TransportException e) {
            // Its answer is whole, and that is what counts.
        }
    }

    private static void send(RemoteProcess process, byte[] script) throws IOException {
        process.stdin().write(script);
        process.stdin().flush();
    }

    /** From here on the job may run, whatever happens. */
    private static byte[] begin(Session session, RemoteProcess process, String id, Deadline deadline) {
        try {
            send(process, BEGIN);
            return RemoteScript.read(session, process, ANSWER_LIMIT, deadline);
        } catch (IOException | RuntimeException e) {
            throw new UnansweredStartException(session.host().name(), id, e.getMessage(), e);
        }
    }

    /**
     * Runs a job with our streams.
     *
     * @param terminal a pseudo-terminal for it, which makes stdout and stderr one
     * @param inherit whether its streams are this program's own instead of pipes
     */
    public ForegroundJob run(
            Host host, JobSpec spec, Optional<RemoteCommand.Terminal> terminal, boolean inherit, Deadline deadline) {
        boolean marked = terminal.isEmpty() && !inherit;
        CommandFile files = files(host, spec, CommandFile.Kind.FOREGROUND, marked);
        byte[] script = RemoteScript.script(
                definitions(files)
                        + ScriptLibrary.library("process", "state", "record", "prepare", "end", "sweep", "leash"),
                "prepare_foreground",
                sweep() + "\nhold_leash " + pace.spanSeconds() + " " + GRACE.toSeconds());
        Session session = transport.connect(host, deadline);
        RemoteProcess holder = null;
        try {
            holder = session.startQuiet(RemoteScript.SHELL + " -s loadshare-leash " + spec.id(), deadline);
            send(holder, script);
            Job job = jobOf(session, spec.id(), RemoteScript.read(session, holder, ANSWER_LIMIT, deadline));
            RemoteCommand line = new RemoteCommand(ControlDirectory.runLine(host.name(), spec), terminal, inherit);
            RemoteProcess process = begin(session, spec.id(), line, deadline);
            String marker = marked ? ControlDirectory.marker(spec.id()) : null;
            return new ForegroundJob(job, session, new ClientHeartbeat(holder, pace.beat()), process, marker);
        } catch (IOException | RuntimeException e) {
            if (holder != null) {
                holder.close();
            }
            session.close();
            throw e instanceof RuntimeException known ? known : TransportException.lost(host, e);
        }
    }

    private static RemoteProcess begin(Session session, String id, RemoteCommand line, Deadline deadline) {
        try {
            return session.start(line, deadline);
        } catch (TransportException e) {
            boolean sent =
                    e.reason() == TransportException.Reason.LOST || e.reason() == TransportException.Reason.TIMED_OUT;
            throw sent ? new UnansweredStartException(session.host().name(), id, e.getMessage(), e) : e;
        }
    }

    private CommandFile files(Host host, JobSpec spec, CommandFile.Kind kind, boolean marked) {
        return new CommandFile(host.name(), spec, kind, marked, settings.nice());
    }

    private String definitions(CommandFile files) {
        return "begin_limit=" + beginLimit.toSeconds() + "\n" + files.definitions();
    }

    /** At most once a tenth of the time for which directories are kept, and once a day. */
    private String sweep() {
        long keep = settings.keep().toMinutes();
        long pause = Math.max(1, Math.min(keep / 10, Duration.ofDays(1).toMinutes()));
        return "sweep " + keep + " " + pause + " >/dev/null 2>&1 &";
    }

    private static boolean isReady(byte[] answer) {
        return ShellWords.decode(answer).strip().startsWith("ready ");
    }

    /** From "ready DIRECTORY", "started PID START-TIME BOOT-ID DIRECTORY", "begun DIRECTORY" or "failed REASON". */
    private static Job jobOf(Session session, String id, byte[] answer) {
        HostName host = session.host().name();
        String text = ShellWords.decode(answer).strip();
        if (text.startsWith("ready ")) {
            return new Job(host, id, text.substring("ready ".length()), Optional.empty());
        }
        String[] words = text.split(" ", 5);
        if (words.length == 5 && words[0].equals("started")) {
            Job.Identity identity = Job.Identity.parse(String.join(" ", words[1], words[2], words[3]));
            return new Job(host, id, words[4], Optional.of(identity));
        }
        if (words[0].equals("begun")) {
            throw new UnansweredStartException(host, id, "it has not begun the job yet, and may within a minute", null);
        }
        String reason = text.startsWith("failed ") ? text.substring("failed ".length()) : "'" + text + "'";
        throw new LoadshareException(
                LoadshareException.Kind.STATE,
                "job " + id + " was not started on " + host + ": " + ShellWords.display(reason)
                        + "; jobs keep their files below the home directory of " + session.user()
                        + ", see to it there");
    }
}
