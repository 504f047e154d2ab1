package io.loadshare.cli.console;

import io.loadshare.LoadshareException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stdout or stderr of this program for the bytes of a job. It is never closed, and a failed write is never an
 * IOException.
 */
public final class ByteOutput extends OutputStream {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final String name;
    private final int number;
    private final FileOutputStream file;

    private ByteOutput(String name, int number, FileDescriptor descriptor) {
        this.name = name;
        this.number = number;
        this.file = new FileOutputStream(descriptor);
    }

    public static ByteOutput stdout() {
        return new ByteOutput("stdout", 1, FileDescriptor.out);
    }

    public static ByteOutput stderr() {
        return new ByteOutput("stderr", 2, FileDescriptor.err);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * @throws OutputClosedException if nobody reads the output any more
     * @throws LoadshareException of kind STATE if the output is a file that cannot be written
     */
    @Override
    public void write(byte[] bytes, int offset, int count) {
        try {
            file.write(bytes, offset, count);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Distinguishes a closed output from a file that cannot be written, but not by the message, which is in the user's
     * language.
     */
    private RuntimeException failure(IOException e) {
        try {
            Path target = Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(number)));
            if (target.isAbsolute() && !Terminal.isTerminal(number)) {
                return new LoadshareException(
                        LoadshareException.Kind.STATE,
                        "cannot write " + name + ", " + target + ": " + e.getMessage(),
                        e);
            }
        } catch (IOException unreadable) {
            e.addSuppressed(unreadable);
        }
        return new OutputClosedException(e);
    }
}
