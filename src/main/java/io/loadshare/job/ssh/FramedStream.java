package io.loadshare.job.ssh;

import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stream of a job's bytes, with messages of its host in between. A message is a line that begins with a mark. The
 * mark contains a nonce, so it does not occur in the job's own bytes. For use by one reading thread.
 */
final class FramedStream {

    /** The value that {@link #read} returns for a message instead of a count. */
    static final int MESSAGE = -2;

    private static final int LONGEST_MESSAGE = 16 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final byte[] mark;
    private final int[] skips = new int[256];
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int found; // the end of the job's bytes that begin at start
    private int limit;
    private boolean ended;
    private String message = "";
    private volatile boolean waiting;

    FramedStream(InputStream in, String nonce) {
        this.in = in;
        this.mark = ("\036" + nonce + " ").getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(skips, mark.length);
        for (int i = 0; i < mark.length - 1; i++) {
            skips[mark[i] & 0xFF] = mark.length - 1 - i;
        }
    }

    /**
     * Reads the job's next bytes, or a message.
     *
     * @return the number of bytes, {@link #MESSAGE}, or -1 at the end
     */
    int read(byte[] bytes, int offset, int count) throws IOException {
        while (true) {
            if (start >= found) {
                found = find();
            }
            int available = found - start;
            if (available > 0) {
                int taken = Math.min(available, count);
                System.arraycopy(buffer, start, bytes, offset, taken);
                start += taken;
                return taken;
            }
            if (limit - start >= mark.length && takeMessage()) {
                return MESSAGE;
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    /** Returns the text of the message that was read last. */
    String message() {
        return message;
    }

    /** Returns whether the reading thread waits for bytes of the host, and not for the consumer of the bytes. */
    boolean isWaiting() {
        return waiting;
    }

    /**
     * Returns the position of the next mark or of the beginning of a possible mark; the end of the buffer if there is
     * none.
     */
    private int find() {
        int at = start;
        while (at + mark.length <= limit) {
            byte last = buffer[at + mark.length - 1];
            if (last == mark[mark.length - 1] && matches(at, mark.length)) {
                return at;
            }
            at += skips[last & 0xFF];
        }
        for (int tail = Math.max(start, limit - mark.length + 1); tail < limit && !ended; tail++) {
            if (buffer[tail] == mark[0] && matches(tail, limit - tail)) {
                return tail;
            }
        }
        return limit;
    }

    private boolean matches(int at, int count) {
        return Arrays.equals(buffer, at, at + count, mark, 0, count);
    }

    private boolean takeMessage() throws IOException {
        for (int end = start + mark.length; end < limit; end++) {
            if (buffer[end] == '\n') {
                message = ShellWords.decode(Arrays.copyOfRange(buffer, start + mark.length, end));
                start = end + 1;
                return true;
            }
        }
        if (limit - start > LONGEST_MESSAGE) {
            throw new IOException("a message of the host is longer than " + LONGEST_MESSAGE + " bytes");
        }
        return false;
    }

    private void fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, limit - start);
            limit -= start;
            start = 0;
            found = 0;
        }
        waiting = true;
        try {
            int count = in.read(buffer, limit, BUFFER - limit);
            ended = count < 0;
            limit += Math.max(0, count);
        } finally {
            waiting = false;
        }
    }
}
