package io.loadshare.job;

/**
 * The position up to which the output of a detached job has been read.
 *
 * @param output bytes of the joined output, or of stderr if stdout is apart
 * @param stdout bytes of stdout, if that is apart
 */
public record OutputCursor(long output, long stdout) {

    public static final OutputCursor START = new OutputCursor(0, 0);

    public OutputCursor {
        if (output < 0 || stdout < 0) {
            throw new IllegalArgumentException("a cursor must be ≥ 0, was " + output + " " + stdout);
        }
    }

    public OutputCursor plus(long outputBytes, long stdoutBytes) {
        return new OutputCursor(output + outputBytes, stdout + stdoutBytes);
    }

    /** Returns one line of text from which {@link #parse} creates an equal cursor. */
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
