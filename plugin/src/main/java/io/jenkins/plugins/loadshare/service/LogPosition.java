package io.jenkins.plugins.loadshare.service;

/**
 * The position of a job's output in the log of its build.
 *
 * @param output number of output bytes in the log
 * @param lines number of output lines in the log at that time
 * @param underWay number of further lines that were being written; the log has none, some, or all of them
 */
public record LogPosition(long output, long lines, long underWay) {

    public static final LogPosition START = new LogPosition(0, 0, 0);

    public LogPosition {
        if (output < 0 || lines < 0 || underWay < 0) {
            throw new IllegalArgumentException("a position must be ≥ 0, was " + output + " " + lines + " " + underWay);
        }
    }

    /** Returns the same position while {@code more} lines are being written. */
    public LogPosition writing(long more) {
        return new LogPosition(output, lines, more);
    }

    /** Returns one line of text from which {@link #parse} creates an equal position. */
    String toText() {
        return output + " " + lines + " " + underWay;
    }

    static LogPosition parse(String text) {
        String[] words = text.split(" ");
        if (words.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is not OUTPUT-BYTES LINES LINES-UNDER-WAY");
        }
        return new LogPosition(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
