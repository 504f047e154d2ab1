package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.LogPosition;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The output that Jenkins had written to the log beyond its recorded position when it was killed: whole lines of the
 * job's output, and possibly the beginning of one more. They are skipped when they are read again.
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
     * @param logged the job's output in the log. If the log has more or fewer lines than can have been written,
     *     something adds or drops lines. In that case some lines may appear twice, so that none is missing
     */
    static LogOverlap of(LogPosition noted, LogLines logged) {
        long more = logged.count() - noted.lines();
        boolean plausible = 0 <= more && more <= noted.underWay();
        return new LogOverlap(plausible ? more : 0, logged.begun());
    }

    /** Returns whether the log ends within a line. */
    boolean isTorn() {
        return begun.length > 0;
    }

    /** Returns the part of the next output bytes that is not in the log yet. */
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
        ByteArrayOutputStream anew = new ByteArrayOutputStream(); // the log shows it differently (masked)
        anew.write('\n');
        anew.writeBytes(closeLine());
        anew.writeBytes(rest);
        return anew.toByteArray();
    }

    /** Ends the partial line as it is, since it appears again as a whole. Returns its bytes that were skipped. */
    byte[] closeLine() {
        byte[] again = Arrays.copyOf(begun, matched);
        begun = new byte[0];
        matched = 0;
        return again;
    }
}
