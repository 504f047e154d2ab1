package io.jenkins.plugins.loadshare.service;

/**
 * How far a job's output is in the log of its build.
 *
 * @param output so many of its bytes are there
 * @param lines so many lines the log had of it by then
 * @param underWay as many more lines were being written; none, some or all of them are there
 */
public record LogPosition(long output, long lines, long underWay) {

    public static final LogPosition START = new LogPosition(0, 0, 0);

    public LogPosition {
        if (output < 0 || lines < 0 || underWay < 0) {
            throw new IllegalArgumentException("a position must be ≥ 0, was " + output + " " + lines + " " + underWay);
        }
    }

    /** The same, while lines are being written. */
    public LogPosition writing(long more) {
        return new LogPosition(output, lines, more);
    }

    /** One line of text from which {@link #parse} makes an equal position. */
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
