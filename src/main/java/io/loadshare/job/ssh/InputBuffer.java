package io.loadshare.job.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * A buffer of the input that a job has not received yet, so that the input can be sent again over another connection. A
 * writer waits while the buffer is full. This class is thread-safe.
 */
final class InputBuffer extends OutputStream {

    /** The size of the largest block. Blocks are large because a host starts two processes for each. */
    private static final int BLOCK = 2 << 20;

    /** The size of which a longer block is a multiple, so that a host can read it in pieces of this size. */
    private static final int UNIT = 64 * 1024;

    /** The host has as many places for blocks as there can be on their way, so change stream.sh as well. */
    private static final int CAPACITY = 4 * BLOCK;

    private byte[] ring = new byte[UNIT];
    private long base;
    private long end;
    private boolean closed;
    private boolean refused;
    private long wakes;

    /** How long the input has to be for {@link #next} to have something to send. */
    private long awaited;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
        try {
            put(bytes, offset, count);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private synchronized void put(byte[] bytes, int offset, int count) throws IOException, InterruptedException {
        int done = 0;
        while (done < count) {
            if (refused || closed) {
                throw new IOException("the job takes no more input");
            }
            int room = room();
            if (room == 0) {
                wait();
                continue;
            }
            int at = (int) (end % ring.length);
            int part = Math.min(Math.min(room, count - done), ring.length - at);
            System.arraycopy(bytes, offset + done, ring, at, part);
            end += part;
            done += part;
            if (end >= awaited) {
                notifyAll();
            }
        }
    }

    private int room() {
        int used = (int) (end - base);
        if (used == ring.length && used < CAPACITY) {
            byte[] larger = new byte[2 * ring.length];
            for (long position = base; position < end; ) {
                int from = (int) (position % ring.length);
                int to = (int) (position % larger.length);
                int part = (int) Math.min(end - position, Math.min(ring.length - from, larger.length - to));
                System.arraycopy(ring, from, larger, to, part);
                position += part;
            }
            ring = larger;
        }
        return ring.length - used;
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for the job to take input", e);
    }

    /** Marks the end of the input. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Records that the job has received this many bytes. */
    synchronized void delivered(long count) {
        base = Math.max(base, Math.min(count, end));
        notifyAll();
    }

    /** Records that the job does not accept any more input. */
    synchronized void refuse() {
        refused = true;
        base = end;
        notifyAll();
    }

    /** Makes {@link #next} return. */
    synchronized void wake() {
        wakes++;
        notifyAll();
    }

    /** Returns the number of calls of {@link #wake}. */
    synchronized long wakes() {
        return wakes;
    }

    /**
     * Returns the next bytes to send, once they fill a block or no other bytes are on their way; empty after
     * {@link #wake}, or at the end of the input. The bytes stay as they are until they have been delivered.
     *
     * @param from how many bytes have been sent
     * @param atEnd whether to return at the end of the input; otherwise the end is ignored
     * @param seenWakes the result of {@link #wakes} before the caller looked for other messages to send
     */
    synchronized List<ByteBuffer> next(long from, boolean atEnd, long seenWakes) throws IOException {
        try {
            return await(from, atEnd, seenWakes);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private synchronized List<ByteBuffer> await(long from, boolean atEnd, long seenWakes) throws InterruptedException {
        while (wakes == seenWakes) {
            long ready = end - from;
            if (!refused && ready > 0 && (ready >= BLOCK || base == from || closed)) {
                int count = (int) Math.min(ready, BLOCK);
                return parts(from, count > UNIT ? count - count % UNIT : count);
            }
            if (atEnd && endAt(from).isPresent()) {
                break;
            }
            awaited = base == from ? from + 1 : from + BLOCK;
            wait();
        }
        return List.of();
    }

    /** Returns the length of the input if all of it has been sent. */
    synchronized OptionalLong endAt(long from) {
        return closed && !refused && from == end ? OptionalLong.of(end) : OptionalLong.empty();
    }

    private List<ByteBuffer> parts(long from, int count) {
        int at = (int) (from % ring.length);
        int part = Math.min(count, ring.length - at);
        ByteBuffer first = ByteBuffer.wrap(ring, at, part);
        return part == count ? List.of(first) : List.of(first, ByteBuffer.wrap(ring, 0, count - part));
    }
}
