package io.loadshare.job;

/**
 * How far a detached job's output has been read.
 *
 * @param output bytes of its joined output, or of its stderr if that is apart
 * @param stdout bytes of its stdout, if that is apart
 */
public record OutputCursor(long output, long stdout) {

    public static final OutputCursor START = new OutputCursor(0, 0);

    public OutputCursor {
        if (output < 0 || stdout < 0) {
            throw new IllegalArgumentException("a cursor must be ≥ 0, was " + output + " " + stdout);
        }
    }

    OutputCursor plus(long outputBytes, long stdoutBytes) {
        return new OutputCursor(output + outputBytes, stdout + stdoutBytes);
    }

    /** One line of text from which {@link #parse} makes an equal cursor. */
    public String toText() {
        return output + " " + stdout;
    }

    public static OutputCursor parse(String text) {
        String[] words = text.split(" ");
        if (words.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is not OUTPUT-BYTES STDOUT-BYTES");
        }
        return new OutputCursor(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }
}
