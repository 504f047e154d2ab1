package io.loadshare.job;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/**
 * Input for a job, from what the job has not got yet, so that it can be sent again over another connection. A writer waits
 * while it is full. Any thread may call.
 */
final class InputBuffer extends OutputStream {

    /** Large, since a host starts two processes for each block. */
    private static final int BLOCK = 1 << 20;

    private static final int CAPACITY = 8 * BLOCK;
    private static final int FIRST = 64 * 1024;

    private byte[] ring = new byte[FIRST];
    private long base;
    private long end;
    private boolean closed;
    private boolean refused;
    private long wakes;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            if (refused || closed) {
                throw new IOException("the job takes no more input");
            }
            int room = room();
            if (room == 0) {
                pause(0);
                continue;
            }
            int at = (int) (end % ring.length);
            int part = Math.min(Math.min(room, count - done), ring.length - at);
            System.arraycopy(bytes, offset + done, ring, at, part);
            end += part;
            done += part;
            notifyAll();
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

    private void pause(long millis) throws IOException {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the job to take input", e);
        }
    }

    /** The end of the input. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** The job has got this many bytes. */
    synchronized void delivered(long count) {
        base = Math.max(base, Math.min(count, end));
        notifyAll();
    }

    /** The job takes no more. */
    synchronized void refuse() {
        refused = true;
        base = end;
        notifyAll();
    }

    /** Has {@link #next} return. */
    synchronized void wake() {
        wakes++;
        notifyAll();
    }

    /** How often that was called. */
    synchronized long wakes() {
        return wakes;
    }

    /**
     * The next bytes to send, once they are a whole block or nothing else is under way; empty after {@link #wake}, or
     * at the end.
     *
     * @param from how many bytes have been sent
     * @param atEnd whether to return at the end of the input, which otherwise does not matter
     * @param seenWakes what {@link #wakes} returned before the caller looked for other things to send
     */
    synchronized byte[] next(long from, boolean atEnd, long seenWakes) throws IOException {
        while (wakes == seenWakes) {
            long ready = end - from;
            if (!refused && ready > 0 && (ready >= BLOCK || base == from || closed)) {
                return copy(from, (int) Math.min(ready, BLOCK));
            }
            if (atEnd && endAt(from).isPresent()) {
                break;
            }
            pause(0);
        }
        return new byte[0];
    }

    /** The length of the input, if all of it has been sent. */
    synchronized OptionalLong endAt(long from) {
        return closed && !refused && from == end ? OptionalLong.of(end) : OptionalLong.empty();
    }

    private byte[] copy(long from, int count) {
        byte[] block = new byte[count];
        int at = (int) (from % ring.length);
        int part = Math.min(count, ring.length - at);
        System.arraycopy(ring, at, block, 0, part);
        System.arraycopy(ring, 0, block, part, count - part);
        return block;
    }
}
