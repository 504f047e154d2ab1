package io.loadshare.job.ssh;

import io.loadshare.job.OutputCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The sender of a client's input, acknowledgements and heartbeats over one connection to its job. It has its own
 * thread.
 */
final class ClientMessages {

    private static final Duration DONE_TIMEOUT = Duration.ofSeconds(1);

    private final JobConnection connection;
    private final InputBuffer input;
    private final Supplier<OutputCursor> received;
    private final List<ByteBuffer> due = new ArrayList<>(); // guarded by this

    /** @param received how much of the job's stderr and stdout the client has received */
    ClientMessages(JobConnection connection, InputBuffer input, Supplier<OutputCursor> received) {
        this.connection = connection;
        this.input = input;
        this.received = received;
        JobConnection.inBackground("loadshare-client", this::run);
    }

    /** Sends a heartbeat, which the host answers. */
    void beat() {
        post("beat " + cursor());
    }

    /** Acknowledges the received output, so that the host can delete it. */
    void acknowledge() {
        post("acknowledge " + cursor());
    }

    /** Returns the received byte counts as the protocol sends them: stdout first. */
    private String cursor() {
        OutputCursor cursor = received.get();
        return cursor.stdout() + " " + cursor.output();
    }

    private void post(String message) {
        synchronized (this) {
            due.add(line(message));
        }
        input.wake();
    }

    /** Announces, before this method returns, that the client is about to stop. */
    void hold() {
        sendNow("hold");
    }

    /**
     * Announces that the client has received everything. Waits for a short time only, because a stuck connection must
     * not keep this program from ending.
     */
    void done() {
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
            connection.send(List.of(line(message)));
        } catch (IOException e) {
            // The threads that read from the connection notice the loss.
        }
    }

    JobConnection connection() {
        return connection;
    }

    private synchronized List<ByteBuffer> takeDue() {
        List<ByteBuffer> lines = List.copyOf(due);
        due.clear();
        return lines;
    }

    private void run() {
        long sent = connection.delivered();
        boolean endSent = false;
        try {
            while (connection.isOpen()) {
                long wakes = input.wakes();
                connection.send(takeDue());
                List<ByteBuffer> block = input.next(sent, !endSent, wakes);
                if (!block.isEmpty()) {
                    sent += send(sent, block);
                } else if (!endSent && input.endAt(sent).isPresent()) {
                    connection.send(List.of(line("end " + sent)));
                    endSent = true;
                }
            }
        } catch (IOException e) {
            // The connection is lost. The threads that read from it notice the loss and reconnect.
        }
    }

    /** Sends a block of input; returns its length. */
    private int send(long offset, List<ByteBuffer> block) throws IOException {
        int length = block.stream().mapToInt(ByteBuffer::remaining).sum();
        List<ByteBuffer> frame = new ArrayList<>(block);
        frame.add(0, line("input " + offset + " " + length));
        frame.add(line("whole"));
        connection.send(frame);
        return length;
    }

    private static ByteBuffer line(String words) {
        return ByteBuffer.wrap((words + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
