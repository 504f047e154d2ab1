package io.loadshare.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The output streams of a command: its result goes to {@code out}, loadshare's own messages to {@code err}, each line
 * after {@code loadshare: }. Text is UTF-8 in every locale.
 *
 * @param interactive whether a person watches {@code err}
 */
public record Console(PrintStream out, PrintStream err, boolean interactive) {

    public static Console ofProcess() {
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.console() != null && Terminal.isTerminal(2));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        OutputStream file = new FileOutputStream(descriptor);
        return new PrintStream(file, true, StandardCharsets.UTF_8);
    }

    /** Prints a message of loadshare's own. */
    public void say(String text) {
        err.println("loadshare: " + text);
    }
}
