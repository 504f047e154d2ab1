package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.OutputCursor;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

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

    private static final long ACKNOWLEDGED_AT_ONCE = 4 << 20;

    private final JobConnector connector;
    private final ConnectionListener listener;
    private final ClientTimeouts timeouts;
    private final InputBuffer input = new InputBuffer();
    private final Pipe errors = new Pipe();
    private final OutputStream errorSink = errors.writer();
    private final Output output = new Output();
    private final JobEnd end = new JobEnd();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Object reconnecting = new Object();
    private final ClientHeartbeat heartbeat;
    private volatile ClientMessages messages; // to the current connection; written by the holder of reconnecting
    private volatile long outputReceived;
    private final AtomicLong errorsReceived = new AtomicLong();
    private long acknowledged; // guarded by this
    private Job job;

    StreamedJob(JobConnector connector, ConnectionListener listener, ClientTimeouts timeouts) {
        this.connector = connector;
        this.listener = listener;
        this.timeouts = timeouts;
        this.heartbeat = new ClientHeartbeat(timeouts.beat(), () -> messages, closed);
    }

    /** Returns the receiver of the error output and the messages of its connections. */
    JobConnection.Receiver receiver() {
        return receiver;
    }

    /** Starts with the connection that started the job. */
    void start(Job started, JobConnection first) {
        job = started;
        use(first);
        heartbeat.start();
    }

    private void use(JobConnection next) {
        input.delivered(next.delivered());
        messages = new ClientMessages(next, input, this::received);
    }

    private OutputCursor received() {
        return new OutputCursor(errorsReceived.get(), outputReceived);
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
                if (got > 0 && count(from, got)) {
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
    }

    /**
     * Counts output that a connection has brought.
     *
     * @return false if another connection has replaced it, which brings the same output again
     */
    private boolean count(JobConnection from, int bytes) {
        synchronized (reconnecting) {
            if (messages.connection() != from) {
                return false;
            }
            outputReceived += bytes;
            return true;
        }
    }

    /** Acknowledges the received output from time to time. */
    private synchronized void acknowledge() {
        long received = outputReceived + errorsReceived.get();
        if (received - acknowledged >= ACKNOWLEDGED_AT_ONCE) {
            acknowledged = received;
            messages.acknowledge();
        }
    }

    private JobConnection usable() throws IOException {
        if (closed.getCount() == 0) {
            throw new IOException("the stream is closed");
        }
        if (end.isUnknown()) {
            throw new IOException("the connection to job " + job.id() + " is lost");
        }
        return messages.connection();
    }

    private final JobConnection.Receiver receiver = new JobConnection.Receiver() {

        @Override
        public void countErrors(long bytes) {
            errorsReceived.addAndGet(bytes);
        }

        @Override
        public void errorOutput(byte[] bytes, int count) {
            synchronized (errorSink) { // a lost connection may still wait for the reader to take its last bytes
                try {
                    errorSink.write(bytes, 0, count);
                } catch (IOException e) {
                    throw new IllegalStateException("a pipe takes everything", e);
                }
            }
            acknowledge();
        }

        @Override
        public void message(String words) {
            String[] parts = words.split(" ", 3);
            switch (parts[0]) {
                case "fed" -> input.delivered(Long.parseLong(parts[1]));
                case "closed" -> input.refuse();
                case "end" -> {
                    errors.end();
                    input.refuse();
                    end.reported(job, parts[1], parts[2]);
                }
                default -> {} // heartbeat answer
            }
        }

        @Override
        public void lost(JobConnection lost) {
            replace(lost);
        }
    };

    /** Replaces a lost connection, unless another thread has already replaced it. */
    private void replace(JobConnection lost) {
        synchronized (reconnecting) {
            boolean isCurrent = messages != null && messages.connection() == lost;
            if (!isCurrent || closed.getCount() == 0 || end.isUnknown() || end.isKnown() && output.ended) {
                return;
            }
            lost.end();
            listener.connectionLost(job, lost.loss());
            Reconnection reconnection = new Reconnection(connector, timeouts.linger(), closed);
            try {
                use(reconnection.open(this::received, receiver));
                listener.reconnected(job, reconnection.lasted());
            } catch (JobConnection.RefusedException e) {
                fail(e.reason(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted while reconnecting", e);
            } catch (RuntimeException e) {
                fail("the connection was lost and does not come back: " + e.getMessage(), e);
            }
        }
    }

    private void fail(String why, Exception cause) {
        LoadshareException failure = end.unknown(job, why, cause);
        errors.breakOff(new IOException(failure.getMessage(), failure));
        input.refuse();
    }

    @Override
    public int waitFor(Deadline deadline) {
        return end.await(job, deadline);
    }

    @Override
    public Optional<String> endReason() {
        return end.reason();
    }

    @Override
    public void clientStops() {
        heartbeat.pause();
    }

    @Override
    public void clientContinues() {
        heartbeat.resume();
    }

    /**
     * Closes the job's streams. The host deletes what it keeps of a job that has ended; it ends a running job if no
     * other connection follows.
     */
    @Override
    public void close() {
        if (closed.getCount() > 0) {
            if (end.isKnown()) {
                messages.done();
            }
            closed.countDown();
            messages.connection().close();
        }
    }
}
