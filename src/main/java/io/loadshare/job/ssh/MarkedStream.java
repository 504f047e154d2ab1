package io.loadshare.job.ssh;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stream that skips the output of a login shell's profile before the marker line. If the stream ends without a
 * marker, it returns everything, because the text then explains why the command did not run.
 */
final class MarkedStream extends FilterInputStream {

    private static final int NOISE_LIMIT = 1 << 20;

    private final byte[] marker;
    private byte[] unmarked = {};
    private int given;
    private boolean begun;

    MarkedStream(InputStream in, String marker) {
        super(in);
        this.marker = ("\n" + marker + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (!begun) {
            skipNoise();
        }
        if (given == unmarked.length) {
            return in.read(buffer, offset, length);
        }
        int count = Math.min(length, unmarked.length - given);
        System.arraycopy(unmarked, given, buffer, offset, count);
        given += count;
        return count;
    }

    @Override
    public int available() throws IOException {
        return begun ? unmarked.length - given + in.available() : 0;
    }

    private void skipNoise() throws IOException {
        begun = true;
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        byte[] last = new byte[marker.length];
        int next;
        while ((next = in.read()) >= 0) {
            System.arraycopy(last, 1, last, 0, last.length - 1);
            last[last.length - 1] = (byte) next;
            if (Arrays.equals(last, marker)) {
                return;
            }
            if (seen.size() < NOISE_LIMIT) {
                seen.write(next);
            }
        }
        unmarked = seen.toByteArray();
    }
}
