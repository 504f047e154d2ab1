package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.job.JobState;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One connection of a client to its foreground job: a channel whose stdin carries the client's messages and input, and
 * whose stdout and stderr carry the streams of the job, with messages of the host in between. It has its own threads,
 * which read stderr and write stdin.
 */
final class JobConnection implements AutoCloseable {

    private static final int NOISE_KEPT = 300;
    private static final int BUFFER = 32 * 1024;
    private static final Duration EXIT_STATUS_TIMEOUT = Duration.ofSeconds(2);

    /** A receiver of the error output and the messages of a connection. */
    interface Receiver {
        /** Counts bytes of error output as received; less than 0 if they turn out not to be the job's. */
        void countErrors(long bytes);

        void errorOutput(byte[] bytes, int count);

        void message(String words);

        /** Reports that the connection cannot be used any more. */
        void lost(JobConnection connection);
    }

    /** The refusal of a host. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }

        /** Returns the reason for the user; the host may answer with the state of a job whose output is gone. */
        String reason() {
            String refusal = getMessage();
            return refusal.startsWith("ended ") || refusal.startsWith("lost ")
                    ? JobState.parse(refusal) + ", and its last output is not kept any more"
                    : refusal;
        }
    }

    private final Session session;
    private final RemoteProcess process;
    private final FramedStream output;
    private final FramedStream errors;
    private final Receiver receiver;
    private final StringBuffer noise = new StringBuffer();
    private volatile boolean asked;
    private volatile boolean open = true;
    private volatile String loss = "the host closed it";
    private volatile int silentBeats;
    private volatile long delivered;
    private String words = "";
    private volatile boolean outputEnded;
    private boolean passing = true; // guarded by this
    private final CountDownLatch errorsEnded = new CountDownLatch(1);

    private JobConnection(Session session, RemoteProcess process, String nonce, Receiver receiver) {
        this.session = session;
        this.process = process;
        this.receiver = receiver;
        this.output = new FramedStream(process.stdout(), nonce);
        this.errors = new FramedStream(process.stderr(), nonce);
    }

    /**
     * Opens a connection and sends a script, after which the host sends the streams of the job.
     *
     * @throws RefusedException if the host refuses, as defined by the script
     * @throws TransportException of kind UNAVAILABLE if the host received no order to start anything; of kind LOST if
     *     it received the order and did not answer
     */
    static JobConnection open(
            Session session, String id, String nonce, byte[] script, Receiver receiver, Deadline deadline)
            throws RefusedException {
        RemoteCommand shell = RemoteCommand.of(RemoteScript.SHELL + " -s loadshare-stream " + id);
        JobConnection connection = new JobConnection(session, session.start(shell, deadline), nonce, receiver);
        inBackground("loadshare-stderr", connection::readErrors);
        try {
            connection.begin(script, deadline);
            return connection;
        } catch (RuntimeException | RefusedException e) {
            connection.abandon();
            throw e;
        }
    }

    private void begin(byte[] script, Deadline deadline) throws RefusedException {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        inBackground("loadshare-answer", () -> {
            try {
                send(script);
                awaitBegin();
                begun.complete(null);
            } catch (IOException | RefusedException e) {
                begun.completeExceptionally(e);
            }
        });
        try {
            begun.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw failed(TransportException.timedOut(session.host(), "answer", deadline));
        } catch (InterruptedException e) {
            throw failed(TransportException.interrupted(session.host()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw failed(explain(e.getCause(), deadline));
        }
    }

    private void awaitBegin() throws IOException, RefusedException {
        byte[] buffer = new byte[BUFFER];
        int count;
        while ((count = output.read(buffer, 0, buffer.length)) != -1) {
            if (count >= 0) {
                keepNoise(buffer, count);
                continue;
            }
            String message = output.message();
            String[] parts = message.split(" ", 3);
            switch (parts[0]) {
                case "ready" -> {
                    asked = true;
                    send("go\n".getBytes(StandardCharsets.US_ASCII));
                }
                case "begin" -> {
                    delivered = Long.parseLong(parts[1]);
                    words = parts[2];
                    return;
                }
                default -> throw new RefusedException(message.substring("failed ".length()));
            }
        }
        throw new IOException("it gave no whole answer");
    }

    /** Corrects the kind of a failure: without an order to start, the host has certainly not started anything. */
    private LoadshareException failed(LoadshareException cause) {
        if (cause.kind() == LoadshareException.Kind.UNAVAILABLE && asked) {
            return new TransportException(TransportException.Reason.LOST, cause.getMessage(), cause);
        }
        if (cause.kind() == LoadshareException.Kind.LOST && !asked) {
            return new TransportException(TransportException.Reason.NO_CONNECTION, cause.getMessage(), cause);
        }
        return cause;
    }

    /**
     * Explains why the command ended: by the failure of the transport if it knows one, otherwise by the printed output.
     */
    private LoadshareException explain(Throwable cause, Deadline deadline) {
        try {
            int status = process.waitFor(deadline.within(EXIT_STATUS_TIMEOUT));
            return new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE,
                    session.host().name() + " gave no whole answer: /bin/sh ended with " + status + " and printed: "
                            + (noise.isEmpty()
                                    ? "nothing"
                                    : Quoted.printable(noise.toString().strip())));
        } catch (TransportException e) {
            return e.reason() == TransportException.Reason.TIMED_OUT
                    ? TransportException.lost(session.host(), cause)
                    : e;
        }
    }

    private void keepNoise(byte[] bytes, int count) {
        int room = NOISE_KEPT - noise.length();
        noise.append(new String(bytes, 0, Math.max(0, Math.min(room, count)), StandardCharsets.UTF_8));
    }

    /** Returns how many bytes of input the job had received when the connection began. */
    long delivered() {
        return delivered;
    }

    /** Returns "started PID START-TIME BOOT-ID DIRECTORY". */
    String words() {
        return words;
    }

    /** Reads like {@link FramedStream#read}; also returns -1 if the connection is lost. */
    int readOutput(byte[] bytes, int offset, int count) {
        try {
            int got = output.read(bytes, offset, count);
            silentBeats = 0;
            outputEnded |= got == FramedStream.MESSAGE;
            return got;
        } catch (IOException e) {
            lose(e.getMessage());
            return -1;
        }
    }

    String message() {
        return output.message();
    }

    private void readErrors() {
        byte[] buffer = new byte[BUFFER];
        boolean begun = false;
        long sinceMessage = 0;
        try {
            int count;
            while ((count = errors.read(buffer, 0, buffer.length)) != -1) {
                silentBeats = 0;
                if (!begun) {
                    begun = count == FramedStream.MESSAGE;
                    keepNoise(buffer, count);
                } else if (count == FramedStream.MESSAGE) {
                    sinceMessage = 0;
                    receiver.message(errors.message());
                } else if (countErrors(count)) {
                    sinceMessage += count;
                    receiver.errorOutput(buffer, count);
                }
            }
            countErrors(-Math.min(sinceMessage, process.foreignErrors()));
        } catch (IOException e) {
            lose(e.getMessage());
        } finally {
            errorsEnded.countDown();
        }
        receiver.lost(this);
    }

    /** Counts error output as received, unless another connection brings it again. */
    private synchronized boolean countErrors(long bytes) {
        if (passing) {
            receiver.countErrors(bytes);
        }
        return passing;
    }

    /** Records why the connection was lost. After a close by this side, the end of the connection is not a loss. */
    private void lose(String reason) {
        if (open) {
            loss = reason;
        }
    }

    /**
     * Counts one more heartbeat without an answer.
     *
     * @return how many heartbeats in a row had no answer while only the host kept this side waiting
     */
    int countSilence() {
        silentBeats = (outputEnded || output.isWaiting()) && errors.isWaiting() ? silentBeats + 1 : 0;
        return silentBeats;
    }

    private void send(byte[] bytes) throws IOException {
        send(List.of(ByteBuffer.wrap(bytes)));
    }

    /** Sends the bytes of arrays. Bytes of other threads do not mix with them. */
    void send(List<ByteBuffer> parts) throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        synchronized (process) {
            for (ByteBuffer part : parts) {
                process.stdin().write(part.array(), part.position(), part.remaining());
            }
            process.stdin().flush();
        }
    }

    /** Closes a lost connection, once it has passed on all error output that it will ever pass on. */
    void end() {
        awaitErrors();
        abandon();
    }

    /** Closes the connection. Afterwards it counts no more error output as received. */
    private void abandon() {
        close();
        awaitErrors();
        synchronized (this) {
            passing = false;
        }
    }

    private void awaitErrors() {
        try {
            errorsEnded.await(EXIT_STATUS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isOpen() {
        return open;
    }

    /** Returns why the connection was lost. */
    String loss() {
        return loss;
    }

    void close(String reason) {
        loss = reason;
        open = false;
        close();
    }

    @Override
    public void close() {
        open = false;
        process.close();
        session.close();
    }

    static void inBackground(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
