package io.loadshare.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command speaks: its result goes to {@code out}, loadshare's own words to {@code err}, each line of them after
 * {@code loadshare: }. Text is UTF-8 whatever the locale.
 *
 * @param interactive whether a person watches {@code err}
 */
record Console(PrintStream out, PrintStream err, boolean interactive) {

    static Console ofProcess() {
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.console() != null && Terminal.isTerminal(2));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        OutputStream file = new FileOutputStream(descriptor);
        return new PrintStream(file, true, StandardCharsets.UTF_8);
    }

    /** One remark of loadshare's own. */
    void say(String text) {
        err.println("loadshare: " + text);
    }
}
