package io.loadshare.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The sender of a client's input, acknowledgements and heartbeats over one connection to its job. It has its own
 * thread.
 */
final class ClientMessages {

    private final JobConnection connection;
    private final InputBuffer input;
    private final Supplier<OutputCursor> received;
    private final StringBuilder due = new StringBuilder(); // guarded by this

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
            due.append(message).append('\n');
        }
        input.wake();
    }

    /** Sends a message immediately, on the calling thread. */
    void sendNow(String message) throws IOException {
        connection.send((message + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private synchronized byte[] takeDue() {
        byte[] bytes = due.toString().getBytes(StandardCharsets.US_ASCII);
        due.setLength(0);
        return bytes;
    }

    private void run() {
        long sent = connection.delivered();
        boolean endSent = false;
        try {
            while (connection.isOpen()) {
                long wakes = input.wakes();
                byte[] messages = takeDue();
                if (messages.length > 0) {
                    connection.send(messages);
                }
                byte[] block = input.next(sent, !endSent, wakes);
                if (block.length > 0) {
                    connection.send(framed(sent, block));
                    sent += block.length;
                } else if (!endSent && input.endAt(sent).isPresent()) {
                    sendNow("end " + sent);
                    endSent = true;
                }
            }
        } catch (IOException e) {
            // The connection is lost. The threads that read from it notice the loss and reconnect.
        }
    }

    private static byte[] framed(long offset, byte[] block) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(block.length + 64);
        frame.writeBytes(("input " + offset + " " + block.length + "\n").getBytes(StandardCharsets.US_ASCII));
        frame.writeBytes(block);
        frame.writeBytes("whole\n".getBytes(StandardCharsets.US_ASCII));
        return frame.toByteArray();
    }
}
