package io.loadshare.cli;

import io.loadshare.LoadshareException;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.JobState;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** Connects a job's streams with ours, waits for its end, and ends it if we are told to end. */
final class ForegroundSession {

    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final int BUFFER = 32 * 1024;
    private static final int SIGPIPE = 128 + 13;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CommandServices wiring;
    private final Console console;
    private final PlacedRequest place;
    private final ForegroundJob job;
    private final boolean input;
    private final boolean alone;
    private final ShutdownHook hook;
    private final Instant startedAt;
    private volatile boolean ended;
    private volatile boolean pipeBroke;

    /**
     * @param input whether the job gets our input
     * @param alone whether the job goes on when nobody reads its output any more
     * @param hook which ends the job if we are told to end
     */
    ForegroundSession(
            CommandServices wiring,
            Console console,
            PlacedRequest place,
            ForegroundJob job,
            boolean input,
            boolean alone,
            ShutdownHook hook) {
        this.wiring = wiring;
        this.console = console;
        this.place = place;
        this.job = job;
        this.input = input;
        this.alone = alone;
        this.hook = hook;
        this.startedAt = wiring.clock().instant();
    }

    /**
     * @throws LoadshareException of kind LOST if the connection breaks before the job's status is known
     */
    int await() throws InterruptedException {
        hook.started(this::kill);
        StopSignals.watch(job::clientStops, job::clientContinues);
        if (input) {
            pump(() -> copy(TerminalInput.of(System.in), job.stdin()), "stdin");
        }
        Thread out = pump(() -> print(job.stdout(), console.out()), "stdout");
        Thread err = pump(() -> print(job.stderr(), console.err()), "stderr");
        int status;
        try {
            status = job.waitFor(wiring.deadline(FOR_EVER));
        } catch (TransportException e) {
            ended = true;
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
        recordEnd(status);
        Thread.sleep(wiring.configuration().query().delayEnd().toMillis());
        return pipeBroke ? SIGPIPE : status;
    }

    private void recordEnd(int status) {
        if (place.recorded()) {
            Duration ran = Duration.between(startedAt, wiring.clock().instant());
            wiring.tell(wiring.reservations().end(place.id(), status, ran));
        }
    }

    private void kill() {
        if (ended) {
            return;
        }
        try {
            JobState state =
                    wiring.jobControl().end(place.host(), job.job(), GRACE, wiring.deadline(GRACE.plusSeconds(10)));
            recordEnd(state.exitStatus().orElse(-1));
        } catch (LoadshareException e) {
            console.say("job " + place.id() + " on " + place.host().name() + " may still run: " + e.getMessage()
                    + ". Its host ends it when it notices that this client is gone");
        }
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
            // The job reads no more, or its connection is gone: its status tells what came of it.
        }
    }

    /** Output that nobody reads any more ends the job, as a broken pipe would if it ran here. */
    private void print(InputStream from, PrintStream to) {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                to.write(buffer, 0, count);
                if (!alone && !pipeBroke && to.checkError()) {
                    pipeBroke = true;
                    pump(this::kill, "kill");
                }
            }
        } catch (IOException e) {
            // The connection is gone: the job's status tells what came of it.
        }
    }
}
