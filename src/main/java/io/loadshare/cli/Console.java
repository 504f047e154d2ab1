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
                stream(FileDescriptor.out), stream(FileDescriptor.err), System.console() != null && isTerminal());
    }

    /** Java 17 tells only whether both stdin and stdout are terminals; the kernel's word is needed for stderr. */
    private static boolean isTerminal() {
        try {
            String target = java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/fd/2"))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (java.io.IOException e) {
            return false;
        }
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
