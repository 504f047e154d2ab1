package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A foreground job whose streams survive the loss of a connection: the client side, and the protocol of both sides.
 *
 * <p><b>Processes on the host.</b> The <i>wrapper</i> leads the session of the job, as for a detached job
 * ({@link ControlDirectory}). The <i>keeper</i> ({@code keeper.sh}) leads its own session, holds the streams of the job
 * while clients come and go, and ends the job if they stay away. A <i>connection</i> ({@code stream.sh}) is one exec
 * channel of one client. At most one connection serves a job; a new connection kills the shell of the previous one.
 *
 * <p><b>Files.</b> In the control directory: {@code spool} (the path of the stream directory), {@code keeper} and
 * {@code connection} (PID and start time), {@code reason} (why the host ended the job). In the stream directory, which
 * is on the host's own disk below {@code /tmp}, has mode 0700, and is removed when the client has read everything:
 *
 * <ul>
 *   <li>{@code out}, {@code err}, {@code in}: pipes that serve as stdout, stderr and stdin of the job.
 *   <li>{@code out.spool}, {@code err.spool}: the bytes from the first two pipes. The part that the client has
 *     acknowledged is cut out ({@code fallocate --punch-hole}; without that command the files grow). The keeper stops
 *     reading while 32 MiB are not acknowledged, so the job waits as on any full pipe.
 *   <li>{@code acknowledged}: how many bytes of each stream the client has received. {@code fed}: how many bytes of
 *     input the job has received.
 *   <li>{@code events}: a pipe to the keeper. {@code feed}: a pipe that names the blocks of input. {@code notify}: a
 *     pipe to the connection. {@code block.*}: input that the job has not received yet, 8 MiB at most, in eight files
 *     that are overwritten in turn.
 * </ul>
 *
 * <p><b>A connection.</b> The client sends the script. The host answers {@code ready}, the client sends {@code go}, and
 * only then does the host start the job; without {@code go}, nothing runs and nothing is left. (Later connections do
 * not have this step.) The host answers {@code begin FED started IDENTITY DIRECTORY}. From then on, stdout and stderr
 * of the channel carry those of the job, starting at the byte that the client requested, by {@code tail -f}. Messages
 * of the host are lines {@code RS NONCE WORDS} between these bytes ({@link FramedStream}), and are not counted as bytes
 * of the stream:
 *
 * <ul>
 *   <li>{@code begin} on stderr: everything before it comes from a login shell.
 *   <li>{@code fed N}: the job has received N bytes of input; {@code closed}: it does not accept any more.
 *     {@code alive} answers a heartbeat.
 *   <li>{@code end STATUS REASON}, on both streams: the wrapper, and later the keeper in case the wrapper was killed,
 *     writes it to the job's own pipes when the command has ended. It therefore follows everything that the command
 *     printed, even if processes that the command left behind still hold the pipes.
 * </ul>
 *
 * <p>The client sends lines: {@code acknowledge OUT ERR}; {@code beat OUT ERR}, every 5 s; {@code hold}, before the
 * client is stopped (Ctrl-Z); {@code input OFFSET LENGTH}, the bytes, and {@code whole}; {@code end LENGTH} at the end
 * of the input; {@code done} when the client has received everything. Blocks of input are identified by their offsets,
 * so a block that arrives twice is skipped.
 *
 * <p><b>The end of a client.</b> EOF on the channel without {@code done} means that the connection was closed: either
 * the client or sshd died, and the host cannot distinguish the two. The host ends the job 30 s later unless another
 * connection follows. Silence without EOF means that the client is stopped or the network is broken. The host then ends
 * the job after {@code job.clientTimeout}, but never while a client that sent {@code hold} is stopped. Time during
 * which the host itself stands still is not counted.
 *
 * <p><b>Crash points.</b>
 *
 * <ul>
 *   <li>Client or connection ends before {@code go}: nothing was started; the files are removed.
 *   <li>Connection ends after {@code go} and before {@code begin}: another connection finds the job, or makes certain
 *     that it does not start. If no other connection succeeds either, the client reports that the job may run, and the
 *     host ends the job after 30 s.
 *   <li>Connection ends later: the client reconnects, first at once and then with growing pauses, and continues. It
 *     gives up after {@code job.unreachableTimeout}, or at once if the host key has changed.
 *   <li>Connection ends within a block of input: the host drops the block and the client sends it again.
 *   <li>Command ends while no client is connected: the host keeps output and status, for {@code job.unreachableTimeout}
 *     if the client was silent, otherwise for 30 s. The status and the reason stay in the control directory.
 *   <li>Client dies after the end and before {@code done}: the same.
 *   <li>Disk with the streams is full: the host ends the job, and the reason says so.
 *   <li>Wrapper is killed: the keeper notices this and reports the job as lost.
 *   <li>Keeper is killed, or the host reboots: the host refuses the next connection and answers with the state of the
 *     job.
 * </ul>
 */
final class StreamedJob implements ForegroundJob {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration DONE_TIMEOUT = Duration.ofSeconds(1);
    private static final int ALLOWED_SILENCE = 4;
    private static final long ACKNOWLEDGED_AT_ONCE = 4 << 20;

    /** The exit status of the job, and the reason if the host ended it. */
    private record End(int status, Optional<String> reason) {}

    private final JobConnector connector;
    private final ConnectionListener listener;
    private final ClientTimeouts timeouts;
    private final InputBuffer input = new InputBuffer();
    private final Pipe errors = new Pipe();
    private final OutputStream errorSink = errors.writer();
    private final Output output = new Output();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Object reconnecting = new Object();
    private volatile JobConnection connection; // written by the holder of reconnecting
    private volatile ClientMessages messages;
    private volatile long outputReceived;
    private volatile long errorsReceived;
    private volatile boolean held;
    private Job job;

    StreamedJob(JobConnector connector, ConnectionListener listener, ClientTimeouts timeouts) {
        this.connector = connector;
        this.listener = listener;
        this.timeouts = timeouts;
    }

    /** Returns the receiver of the error output and the messages of its connections. */
    JobConnection.Receiver receiver() {
        return receiver;
    }

    /** Starts with the connection that started the job. */
    void start(Job started, JobConnection first) {
        job = started;
        use(first);
        JobConnection.inBackground("loadshare-heartbeat", this::beat);
    }

    private void use(JobConnection next) {
        input.delivered(next.delivered());
        messages = new ClientMessages(next, input, this::received);
        connection = next;
    }

    private OutputCursor received() {
        return new OutputCursor(errorsReceived, outputReceived);
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public OutputStream stdin() {
        return input;
    }

    @Override
    public InputStream stdout() {
        return output;
    }

    @Override
    public InputStream stderr() {
        return errors.reader();
    }

    /** The stdout of the job. It reads on the caller's thread, over as many connections as necessary. */
    private final class Output extends InputStream {

        private volatile boolean ended;
        private long acknowledged;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            while (!ended && count > 0) {
                JobConnection from = usable();
                int got = from.readOutput(bytes, offset, count);
                if (got > 0) {
                    outputReceived += got;
                    acknowledge();
                    return got;
                }
                ended = got == FramedStream.MESSAGE && from.message().startsWith("end ");
                if (got < 0 && !ended) {
                    replace(from);
                }
            }
            return count > 0 ? -1 : 0;
        }

        private void acknowledge() {
            if (outputReceived - acknowledged >= ACKNOWLEDGED_AT_ONCE) {
                acknowledged = outputReceived;
                messages.acknowledge();
            }
        }
    }

    private JobConnection usable() throws IOException {
        if (closed.getCount() == 0) {
            throw new IOException("the stream is closed");
        }
        if (end.isCompletedExceptionally()) {
            throw new IOException("the connection to job " + job.id() + " is lost");
        }
        return connection;
    }

    private final JobConnection.Receiver receiver = new JobConnection.Receiver() {

        private long acknowledged;

        @Override
        public void errorOutput(byte[] bytes, int count) {
            try {
                errorSink.write(bytes, 0, count);
            } catch (IOException e) {
                throw new IllegalStateException("a pipe takes everything", e);
            }
            errorsReceived += count;
            if (errorsReceived - acknowledged >= ACKNOWLEDGED_AT_ONCE) {
                acknowledged = errorsReceived;
                messages.acknowledge();
            }
        }

        @Override
        public void message(String words) {
            String[] parts = words.split(" ", 3);
            switch (parts[0]) {
                case "fed" -> input.delivered(Long.parseLong(parts[1]));
                case "closed" -> input.refuse();
                case "end" -> ended(parts[1], parts[2]);
                default -> {} // heartbeat answer
            }
        }

        @Override
        public void lost(JobConnection lost) {
            replace(lost);
        }
    };

    private void ended(String status, String rest) {
        errors.end();
        input.refuse();
        if (status.equals("lost")) {
            end.completeExceptionally(
                    outcomeUnknown(JobState.parse("lost " + rest.strip()).toString(), null));
        } else {
            end.complete(new End(Integer.parseInt(status), Optional.of(rest).filter(reason -> !reason.isEmpty())));
        }
    }

    /** Replaces a lost connection, unless another thread has already replaced it. */
    private void replace(JobConnection lost) {
        synchronized (reconnecting) {
            if (lost != connection || closed.getCount() == 0 || end.isCompletedExceptionally()) {
                return;
            }
            if (end.isDone() && output.ended) {
                return;
            }
            lost.close();
            listener.connectionLost(job, lost.loss());
            long since = connector.nanoClock().getAsLong();
            try {
                use(reconnect(since));
                listener.reconnected(job, since(since));
            } catch (JobConnection.RefusedException e) {
                fail(outcomeUnknown(wordsOf(e.getMessage()), e));
            } catch (LoadshareException e) {
                fail(e);
            }
        }
    }

    private JobConnection reconnect(long since) throws JobConnection.RefusedException {
        Duration pause = Duration.ZERO;
        while (true) {
            try {
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new TransportException(TransportException.Reason.LOST, "the job was let go", null);
                }
                return connector.rejoin(received(), receiver);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw outcomeUnknown("interrupted while reconnecting", e);
            } catch (LoadshareException e) {
                Duration lasted = since(since);
                boolean hopeless = e instanceof TransportException failure
                        && failure.reason() == TransportException.Reason.HOST_KEY;
                if (hopeless || closed.getCount() == 0 || lasted.compareTo(timeouts.linger()) > 0) {
                    throw outcomeUnknown("the connection was lost and does not come back: " + e.getMessage(), e);
                }
            }
            pause = pause.isZero() ? FIRST_PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(connector.nanoClock().getAsLong() - nanos);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String wordsOf(String refusal) {
        return refusal.startsWith("ended ") || refusal.startsWith("lost ")
                ? JobState.parse(refusal) + ", and its last output is not kept any more"
                : refusal;
    }

    private LoadshareException outcomeUnknown(String what, Exception cause) {
        return new TransportException(
                TransportException.Reason.LOST, "job " + job.id() + " on " + job.host() + ": " + what, cause);
    }

    private void fail(LoadshareException failure) {
        end.completeExceptionally(failure);
        errors.breakOff(new IOException(failure.getMessage(), failure));
        input.refuse();
    }

    /** Sends heartbeats. Closes a connection that does not answer, because the next one may take another route. */
    private void beat() {
        try {
            while (!closed.await(timeouts.beat().toMillis(), TimeUnit.MILLISECONDS)) {
                JobConnection current = connection;
                if (current.countSilence() > ALLOWED_SILENCE) {
                    current.close("it has been silent for "
                            + timeouts.beat().multipliedBy(ALLOWED_SILENCE).toSeconds() + " s");
                } else if (!held) {
                    messages.beat();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int waitFor(Deadline deadline) {
        try {
            return end.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS).status();
        } catch (TimeoutException e) {
            throw new TransportException(
                    TransportException.Reason.TIMED_OUT,
                    job.host() + " did not end the command within " + deadline.words(),
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(
                    TransportException.Reason.LOST, "interrupted while waiting for job " + job.id(), e);
        } catch (ExecutionException e) {
            throw (LoadshareException) e.getCause();
        }
    }

    @Override
    public Optional<String> endReason() {
        return end.isDone() && !end.isCompletedExceptionally() ? end.join().reason() : Optional.empty();
    }

    @Override
    public void clientStops() {
        held = true;
        sendNow("hold");
    }

    @Override
    public void clientContinues() {
        held = false;
        messages.beat();
    }

    /** Sends {@code done} in the background, because a stuck connection must not keep this program from ending. */
    private void sendDone() {
        Thread thread = new Thread(() -> sendNow("done"), "loadshare-farewell");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(DONE_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendNow(String message) {
        try {
            messages.sendNow(message);
        } catch (IOException e) {
            // The threads that read from the connection notice the loss.
        }
    }

    /**
     * Closes the job's streams. The host deletes what it keeps of a job that has ended; it ends a running job if no
     * other connection follows.
     */
    @Override
    public void close() {
        if (closed.getCount() > 0) {
            if (end.isDone() && !end.isCompletedExceptionally()) {
                sendDone();
            }
            closed.countDown();
            connection.close();
        }
    }
}
