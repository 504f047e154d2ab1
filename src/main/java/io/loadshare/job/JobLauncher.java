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
import java.time.Duration;
import java.util.Optional;

/** Starts jobs on hosts, by the protocol told at {@link ControlDirectory}. Any thread may call. */
public final class JobLauncher {

    private static final int ANSWER_LIMIT = 64 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Transport transport;
    private final JobSettings settings;
    private final ClientHeartbeat.Pace pace;

    public JobLauncher(Transport transport, JobSettings settings) {
        this(transport, settings, ClientHeartbeat.Pace.DEFAULT);
    }

    JobLauncher(Transport transport, JobSettings settings, ClientHeartbeat.Pace pace) {
        this.transport = transport;
        this.settings = settings;
        this.pace = pace;
    }

    /**
     * Starts a job that outlives us. If the answer is lost ({@link io.loadshare.transport.TransportException}) call it again
     * with the same id: a job that runs is found, never run twice.
     *
     * @throws LoadshareException if the host refuses to start it; then there is no such job
     * @throws TransportException of kind UNAVAILABLE if the host was not asked, of kind LOST if it did not answer
     */
    public Job start(Host host, JobSpec spec, Deadline deadline) {
        CommandFile files = files(host, spec, CommandFile.Kind.of(spec.output()), false);
        byte[] script = RemoteScript.script(
                files.definitions() + ScriptLibrary.library("process", "state", "prepare", "start", "sweep"),
                "start_detached",
                sweep());
        try (Session session = transport.connect(host, deadline)) {
            return jobOf(session, spec.id(), answer(session, spec.id(), script, deadline));
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
                files.definitions()
                        + ScriptLibrary.library("process", "state", "record", "prepare", "end", "sweep", "leash"),
                "prepare_foreground",
                sweep() + "\nhold_leash " + pace.spanSeconds() + " " + GRACE.toSeconds());
        Session session = transport.connect(host, deadline);
        RemoteProcess holder = null;
        try {
            holder = session.startQuiet(RemoteScript.SHELL + " -s loadshare-leash " + spec.id(), deadline);
            holder.stdin().write(script);
            holder.stdin().flush();
            Job job = jobOf(session, spec.id(), RemoteScript.read(session, holder, ANSWER_LIMIT, deadline));
            RemoteCommand line = new RemoteCommand(ControlDirectory.runLine(host.name(), spec), terminal, inherit);
            RemoteProcess process = session.start(line, deadline);
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

    private CommandFile files(Host host, JobSpec spec, CommandFile.Kind kind, boolean marked) {
        return new CommandFile(host.name(), spec, kind, marked, settings.nice());
    }

    /** At most once a tenth of the time for which directories are kept, and once a day. */
    private String sweep() {
        long keep = settings.keep().toMinutes();
        long pause = Math.max(1, Math.min(keep / 10, Duration.ofDays(1).toMinutes()));
        return "sweep " + keep + " " + pause + " >/dev/null 2>&1 &";
    }

    /** From "ready DIRECTORY", "started PID START-TIME BOOT-ID DIRECTORY" or "failed REASON". */
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
        String reason = text.startsWith("failed ") ? text.substring("failed ".length()) : "'" + text + "'";
        throw new LoadshareException(
                LoadshareException.Kind.STATE,
                "job " + id + " was not started on " + host + ": " + ShellWords.display(reason)
                        + "; jobs keep their files below the home directory of " + session.user()
                        + ", see to it there");
    }
}
