package io.loadshare.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A filter that drops a stream up to and including a marker, except for the last part of it, and passes on what
 * follows. One thread writes.
 *
 * <p>The marker's first byte must occur only once in it, so that a failed match can start again at the earliest with
 * the byte that broke it.
 */
final class MarkerFilter extends OutputStream {

    private static final int REMEMBERED = 1024;

    private final byte[] marker;
    private final OutputStream to;
    private final Runnable listener;
    private final byte[] tail = new byte[REMEMBERED];
    private long dropped;
    private int matched;
    private volatile boolean passing;
    private volatile boolean closed;

    /** @param listener called, in the writing thread, when the marker arrives and when the stream ends */
    MarkerFilter(String marker, OutputStream to, Runnable listener) {
        this.marker = marker.getBytes(StandardCharsets.US_ASCII);
        this.to = to;
        this.listener = listener;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = passing ? offset : skip(bytes, offset, offset + count);
        if (from < offset + count) {
            to.write(bytes, from, offset + count - from);
        }
    }

    /** Returns the position after the marker, or the end of the bytes. */
    private int skip(byte[] bytes, int offset, int end) {
        for (int i = offset; i < end; i++) {
            matched = bytes[i] == marker[matched] ? matched + 1 : bytes[i] == marker[0] ? 1 : 0;
            if (matched == marker.length) {
                remember(bytes, offset, i + 1);
                pass();
                return i + 1;
            }
        }
        remember(bytes, offset, end);
        return end;
    }

    /** Passes on everything from now on. */
    void pass() {
        if (!passing) {
            passing = true;
            listener.run();
        }
    }

    private synchronized void remember(byte[] bytes, int offset, int end) {
        for (int i = Math.max(offset, end - REMEMBERED); i < end; i++) {
            tail[(int) (dropped++ % REMEMBERED)] = bytes[i];
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.run();
        to.close();
    }

    /** Returns whether the marker has arrived. */
    boolean isPassing() {
        return passing;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns the last part of the dropped bytes, including the marker. */
    synchronized String dropped() {
        int length = (int) Math.min(dropped, REMEMBERED);
        byte[] last = new byte[length];
        for (int i = 0; i < length; i++) {
            last[i] = tail[(int) ((dropped - length + i) % REMEMBERED)];
        }
        return ShellWords.decode(last);
    }
}
