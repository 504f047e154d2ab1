package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The blocks of input that a client sends, and sends again over another connection. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class InputBufferTest {

    private static final int UNIT = 64 * 1024;
    private static final int LONGEST = 2 << 20;

    private final InputBuffer buffer = new InputBuffer();

    @Test
    void oneWriteIsSentAsItIs() throws IOException {
        buffer.write(new byte[] {1, 2, 3});
        assertThat(bytes(buffer.next(0, true, 0))).containsExactly(1, 2, 3);
    }

    @Test
    void moreWaitsUntilTheFirstPartHasArrived() throws Exception {
        buffer.write(new byte[] {1, 2, 3});
        buffer.next(0, true, 0);
        buffer.write(new byte[] {4});
        FutureTask<byte[]> next = waitingFor(3);
        buffer.delivered(3);
        assertThat(next.get()).containsExactly(4);
    }

    @Test
    void aFullBlockWaitsForNothing() throws Exception {
        buffer.write(new byte[] {1});
        FutureTask<byte[]> next = waitingFor(1);
        for (int i = 0; i < LONGEST / UNIT; i++) {
            assertThat(next.isDone()).isFalse();
            buffer.write(new byte[UNIT]);
        }
        assertThat(next.get()).hasSize(LONGEST);
    }

    @Test
    void aLongBlockHasWholeUnits() throws IOException {
        buffer.write(new byte[3 * UNIT + 1]);
        assertThat(bytes(buffer.next(0, true, 0))).hasSize(3 * UNIT);
        buffer.close();
        assertThat(bytes(buffer.next(3 * UNIT, true, 0))).hasSize(1);
    }

    @Test
    void fewerThanEightBlocksAreOnTheirWay() throws IOException {
        buffer.write(new byte[1]);
        int blocks = 1;
        long sent = 1;
        buffer.write(new byte[4 * LONGEST - 1]);
        buffer.close();
        while (buffer.endAt(sent).isEmpty()) {
            sent += next(sent).length;
            blocks++;
        }
        assertThat(sent).isEqualTo(4 * LONGEST);
        assertThat(blocks).isLessThan(8); // stream.sh has eight files
    }

    @Test
    void anotherConnectionGetsWhatHasNotArrived() throws Exception {
        byte[] input = new byte[20 << 20];
        Random random = new Random(5);
        random.nextBytes(input);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(input));
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < input.length) {
            byte[] block = next(received.size());
            if (random.nextInt(4) > 0) { // otherwise the connection is lost
                received.writeBytes(block);
                buffer.delivered(received.size());
            }
        }
        writer.get();
        assertThat(Arrays.equals(received.toByteArray(), input)).isTrue();
    }

    /** Starts a thread that waits for the next bytes. */
    private FutureTask<byte[]> waitingFor(long from) {
        FutureTask<byte[]> next = new FutureTask<>(() -> next(from));
        Thread thread = new Thread(next, "next");
        thread.setDaemon(true);
        thread.start();
        Waiting.until("next waits", () -> next.isDone() || thread.getState() == Thread.State.WAITING);
        assertThat(next.isDone()).isFalse();
        return next;
    }

    private byte[] next(long from) {
        try {
            return bytes(buffer.next(from, true, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] input) {
        try {
            Random random = new Random(6);
            for (int at = 0; at < input.length; ) {
                int count = Math.min(input.length - at, 1 + random.nextInt(100_000));
                buffer.write(input, at, count);
                at += count;
            }
            buffer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(List<ByteBuffer> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        parts.forEach(part -> bytes.write(part.array(), part.position(), part.remaining()));
        return bytes.toByteArray();
    }
}
