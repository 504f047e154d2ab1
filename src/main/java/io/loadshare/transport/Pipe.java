package io.loadshare.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;

/**
 * A bounded buffer between one writing and one reading thread. Unlike the JDK's pipes, it does not depend on which
 * threads these are or whether they are alive, and its reader can distinguish the end of the stream from a broken
 * stream.
 *
 * <p>The writer waits while the buffer is full, and never fails: once the reader has closed its end, written data is
 * dropped.
 */
public final class Pipe {

    private static final int CAPACITY = 128 * 1024;

    private final byte[] buffer = new byte[CAPACITY];
    private int start;
    private int length;
    private boolean ended;
    private IOException broken;
    private boolean readerGone;

    /** Marks the end of the stream; the reader can still read what is in the buffer. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Marks the stream as broken: the data that should follow is lost. */
    public synchronized void breakOff(IOException cause) {
        if (!ended) {
            broken = cause;
            notifyAll();
        }
    }

    private synchronized void write(byte[] bytes, int offset, int count) {
        int from = offset;
        int left = count;
        while (left > 0 && !readerGone && !ended && broken == null) {
            int room = CAPACITY - length;
            if (room == 0) {
                await(0);
                continue;
            }
            int at = (start + length) % CAPACITY;
            int chunk = Math.min(Math.min(room, left), CAPACITY - at);
            System.arraycopy(bytes, from, buffer, at, chunk);
            length += chunk;
            from += chunk;
            left -= chunk;
            notifyAll();
        }
    }

    /**
     * Reads like {@link InputStream#read(byte[], int, int)}.
     *
     * @param timeoutMillis 0 for no limit
     * @throws SocketTimeoutException if no data arrives in time
     */
    public synchronized int read(byte[] bytes, int offset, int count, int timeoutMillis) throws IOException {
        if (length == 0 && !isOver()) {
            await(timeoutMillis);
        }
        while (length == 0 && !isOver()) {
            if (timeoutMillis > 0) {
                throw new SocketTimeoutException("nothing came for " + timeoutMillis + " ms");
            }
            await(0);
        }
        if (readerGone) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            if (broken != null) {
                throw new IOException(broken.getMessage(), broken);
            }
            return -1;
        }
        int chunk = Math.min(Math.min(count, length), CAPACITY - start);
        System.arraycopy(buffer, start, bytes, offset, chunk);
        start = (start + chunk) % CAPACITY;
        length -= chunk;
        notifyAll();
        return chunk;
    }

    private boolean isOver() {
        return ended || broken != null || readerGone;
    }

    private void await(int millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken = new IOException("interrupted while waiting for data");
        }
    }

    private synchronized void closeReader() {
        readerGone = true;
        length = 0;
        notifyAll();
    }

    private synchronized int available() {
        return length;
    }

    public OutputStream writer() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                Pipe.this.write(bytes, offset, count);
            }

            @Override
            public void close() {
                end();
            }
        };
    }

    public InputStream reader() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                return count == 0 ? 0 : Pipe.this.read(bytes, offset, count, 0);
            }

            @Override
            public int available() {
                return Pipe.this.available();
            }

            @Override
            public void close() {
                closeReader();
            }
        };
    }
}
