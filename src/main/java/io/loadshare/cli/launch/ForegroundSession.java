package io.loadshare.cli.launch;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.ByteOutput;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.EscapeKeys;
import io.loadshare.cli.console.OutputClosedException;
import io.loadshare.cli.console.Terminal;
import io.loadshare.cli.console.TerminalInput;
import io.loadshare.cli.console.TerminalResizer;
import io.loadshare.cli.console.TerminalSignals;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobState;
import io.loadshare.license.LicenseFailure;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A session that connects a job's streams with ours, waits for the job's end, and ends the job if this program is
 * ended.
 */
final class ForegroundSession {

    private static final Path STDIN = Path.of("/proc/self/fd/0");
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final int BUFFER = 64 * 1024;
    private static final Duration RESIZE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CommandServices wiring;
    private final Console console;
    private final PlacedRequest place;
    private final ForegroundJob job;
    private final Terminal terminal;
    private final boolean input;
    private final boolean alone;
    private final ShutdownHook hook;
    private final Instant startedAt;
    private final OutputTail lastOutput = new OutputTail();
    private final OutputTail lastErrors = new OutputTail();
    private final AtomicReference<RuntimeException> outputFailure = new AtomicReference<>();
    private final TerminalResizer resizer;
    private volatile boolean ended;
    private volatile boolean letGo;

    /**
     * @param terminal our terminal, which is connected to the job's if the job has one
     * @param input whether the job gets our input
     * @param alone whether the job continues when nobody reads its output any more
     * @param hook the shutdown hook, which ends the job if this program is ended
     */
    ForegroundSession(
            CommandServices wiring,
            Console console,
            PlacedRequest place,
            ForegroundJob job,
            Terminal terminal,
            boolean input,
            boolean alone,
            ShutdownHook hook) {
        this.wiring = wiring;
        this.console = console;
        this.place = place;
        this.job = job;
        this.terminal = terminal;
        this.input = input;
        this.alone = alone;
        this.hook = hook;
        this.resizer = new TerminalResizer(terminal, this::resize);
        this.startedAt = wiring.clock().instant();
    }

    /**
     * @throws OutputClosedException if nobody reads the output any more; the job has then been ended
     * @throws LoadshareException of kind LOST if the connection breaks before the job's status is known
     */
    int await() throws InterruptedException {
        hook.started(this::kill);
        TerminalSignals.watchStops(this::stop, this::goOn);
        takeTerminal();
        if (input && job.isDetached()) {
            reportLostInput();
        } else if (input) {
            pump(() -> copy(TerminalInput.of(System.in), stdin()), "stdin");
        }
        Thread out = pump(() -> print(job.stdout(), ByteOutput.stdout(), lastOutput), "stdout");
        Thread err = pump(() -> print(job.stderr(), ByteOutput.stderr(), lastErrors), "stderr");
        int status;
        try {
            status = job.waitFor(wiring.deadline(FOR_EVER));
        } catch (TransportException e) {
            throwOutputFailure();
            ended = true;
            if (letGo) {
                throw new LoadshareException(
                        LoadshareException.Kind.LOST,
                        "the connection to " + place.host().name() + " was closed by ~. and job " + place.id()
                                + " there gets a hangup",
                        e);
            }
            throw new LoadshareException(
                    LoadshareException.Kind.LOST,
                    e.getMessage() + ". Its outcome is unknown: look with 'loadshare history --hosts "
                            + place.host().name() + "'",
                    e);
        }
        hook.ended();
        out.join();
        err.join();
        ended = true;
        job.endReason()
                .ifPresent(reason -> console.say(
                        "job " + place.id() + " on " + place.host().name() + " was ended there: " + reason));
        recordEnd(OptionalInt.of(status));
        Thread.sleep(wiring.configuration().query().delayEnd().toMillis());
        throwOutputFailure();
        return status;
    }

    /** Says that the job gets no input, unless there is none: our stdin is a terminal, or /dev/null. */
    private void reportLostInput() {
        try {
            if (Files.readSymbolicLink(STDIN).startsWith("/dev")) {
                return;
            }
        } catch (IOException e) {
            // it may be input
        }
        console.say("job " + place.id() + " gets no input: jobs in Slurm pool "
                + place.host().name() + " cannot read ours");
    }

    /** Returns what the license server refused the job, if its output reports that. */
    Optional<LicenseFailure> licenseFailure() {
        return LicenseFailure.find(lastErrors + "\n" + lastOutput);
    }

    private void takeTerminal() {
        terminal.take();
        if (terminal.forCommand().isPresent()) {
            TerminalSignals.watchSize(resizer::look);
            pump(resizer::look, "resize"); // the size may have changed during the start of the job
        }
    }

    private OutputStream stdin() {
        return terminal.forCommand().isPresent()
                ? new EscapeKeys(job.stdin(), this::letGo, TerminalSignals::stop)
                : job.stdin();
    }

    private void stop() {
        job.clientStops();
        terminal.release();
    }

    private void goOn() {
        terminal.take();
        resizer.look();
        job.clientContinues();
    }

    private void resize(RemoteCommand.Terminal size) {
        try {
            wiring.jobEngine().resize(place.host(), job.job(), size, wiring.deadline(RESIZE_TIMEOUT));
        } catch (LoadshareException e) {
            // A message would disturb the job's screen; the next change of size may get through.
        }
    }

    /** Disconnects at the user's request, without a chance for the host to answer, since it may be dead. */
    private void letGo() {
        letGo = true;
        job.close();
    }

    /** Throws the failure of the output, if it failed, once the job has been ended because of it. */
    private void throwOutputFailure() throws InterruptedException {
        RuntimeException failure = outputFailure.get();
        if (failure != null) {
            kill();
            hook.ended();
            throw failure;
        }
    }

    private void recordEnd(OptionalInt status) {
        if (place.recorded()) {
            wiring.recordEnd(place.id(), status, startedAt);
        }
    }

    private synchronized void kill() {
        if (ended) {
            return;
        }
        try {
            Deadline deadline = wiring.deadline(JobEngine.endLimit(place.host(), GRACE));
            JobState state = wiring.jobEngine().end(place.host(), job.job(), GRACE, deadline);
            recordEnd(state.exitStatus());
        } catch (LoadshareException e) {
            console.say("job " + place.id() + " on " + place.host().name() + " may still run: " + e.getMessage()
                    + (job.isDetached()
                            ? ". To end it, run 'loadshare kill " + place.id() + "'"
                            : ". Its host ends it when it notices that this client is gone"));
        }
        ended = true;
    }

    private static Thread pump(Runnable copying, String name) {
        Thread thread = new Thread(copying, "loadshare-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void copy(InputStream from, OutputStream to) {
        try (to) {
            byte[] buffer = new byte[BUFFER];
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                to.write(buffer, 0, count);
                to.flush();
            }
        } catch (IOException e) {
            // The job no longer reads, or its connection is gone: its status shows what happened to it.
        }
    }

    private void print(InputStream from, ByteOutput to, OutputTail tail) {
        byte[] buffer = new byte[BUFFER];
        boolean written = true;
        try {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                tail.add(buffer, count);
                written = written && write(to, buffer, count);
            }
        } catch (IOException e) {
            // The connection is gone: the job's status shows what happened to it.
        }
    }

    /** Ends the job if nobody reads its output any more, as a broken pipe would end it on this machine. */
    private boolean write(ByteOutput to, byte[] bytes, int count) {
        try {
            to.write(bytes, 0, count);
            return true;
        } catch (RuntimeException e) {
            if (!alone && outputFailure.compareAndSet(null, e)) {
                pump(this::kill, "kill");
            }
            return false;
        }
    }
}
