package io.loadshare.cli.console;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/**
 * The terminal as input of a program that may be in the background, where reads fail: they wait until the program is in
 * the foreground.
 */
public final class TerminalInput extends FilterInputStream {

    private static final int MILLIS_BETWEEN = 500;

    private TerminalInput(InputStream terminal) {
        super(terminal);
    }

    /** Returns the program's stdin, of any kind. */
    public static InputStream of(InputStream stdin) {
        return Terminal.isTerminal(0) ? new TerminalInput(stdin) : stdin;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        while (true) {
            try {
                return in.read(bytes, offset, count);
            } catch (IOException e) {
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(MILLIS_BETWEEN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the terminal");
        }
    }
}
