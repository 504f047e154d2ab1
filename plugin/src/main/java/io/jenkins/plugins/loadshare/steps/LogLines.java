package io.jenkins.plugins.loadshare.steps;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A stream that counts the lines of a job's output in a log. Lines of loadshare's own do not count. */
final class LogLines extends OutputStream {

    /** The prefix of every line that loadshare itself writes. */
    static final String OURS = "[loadshare] ";

    /** The maximum length of a line that is kept. */
    static final int LONGEST = 64 * 1024;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean tooLong;
    private long count;

    @Override
    public void write(int character) {
        write(new byte[] {(byte) character}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        int begin = from;
        for (int i = from; i < from + length; i++) {
            if (bytes[i] == '\n') {
                keep(bytes, begin, i);
                end();
                begin = i + 1;
            }
        }
        keep(bytes, begin, from + length);
    }

    private void keep(byte[] bytes, int from, int to) {
        int fitting = Math.min(to - from, LONGEST - line.size());
        line.write(bytes, from, fitting);
        tooLong |= fitting < to - from;
    }

    private void end() {
        if (!line.toString(StandardCharsets.ISO_8859_1).contains(OURS)) {
            count++;
        }
        line.reset();
        tooLong = false;
    }

    /** Returns the number of whole lines so far. */
    long count() {
        return count;
    }

    /** Returns the partial line after the last whole one; empty if it is too long to be kept. */
    byte[] begun() {
        return tooLong ? new byte[0] : line.toByteArray();
    }
}
