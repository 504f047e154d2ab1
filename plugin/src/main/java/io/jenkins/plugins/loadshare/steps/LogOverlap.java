package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.LogPosition;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * What Jenkins, when it was killed, had written to the log beyond the position it had noted: whole lines of the job's output,
 * and perhaps the beginning of one more. They are passed over when they are read again.
 */
final class LogOverlap {

    static final LogOverlap NONE = new LogOverlap(0, new byte[0]);

    private final LogLines passed = new LogLines();
    private final long lines;
    private byte[] begun;
    private int matched;

    private LogOverlap(long lines, byte[] begun) {
        this.lines = lines;
        this.begun = begun;
    }

    /**
     * @param logged all that the log has of the job. A log that has more lines, or less, than can have been written is kept
     *     by something that adds or drops lines; then it is better that some come twice than that one is missing
     */
    static LogOverlap of(LogPosition noted, LogLines logged) {
        long more = logged.count() - noted.lines();
        boolean plausible = 0 <= more && more <= noted.underWay();
        return new LogOverlap(plausible ? more : 0, logged.begun());
    }

    /** Whether the log ends within a line. */
    boolean isTorn() {
        return begun.length > 0;
    }

    /** What of the next bytes of the output is to be written to the log. */
    byte[] beyond(byte[] bytes) {
        int next = 0;
        while (next < bytes.length && passed.count() < lines) {
            passed.write(bytes[next++]);
        }
        while (next < bytes.length && matched < begun.length && bytes[next] == begun[matched]) {
            next++;
            matched++;
        }
        byte[] rest = Arrays.copyOfRange(bytes, next, bytes.length);
        if (rest.length == 0 || matched == begun.length) {
            return rest;
        }
        ByteArrayOutputStream anew = new ByteArrayOutputStream(); // the log shows the line otherwise, as masks do
        anew.write('\n');
        anew.writeBytes(closeLine());
        anew.writeBytes(rest);
        return anew.toByteArray();
    }

    /** The line that has begun is ended as it is, and comes again whole; this much of it was passed over. */
    byte[] closeLine() {
        byte[] again = Arrays.copyOf(begun, matched);
        begun = new byte[0];
        matched = 0;
        return again;
    }
}
