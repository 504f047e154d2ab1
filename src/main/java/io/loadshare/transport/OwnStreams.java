package io.loadshare.transport;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** This program's own stdin, stdout and stderr, for a command that uses them instead of pipes. None is ever closed. */
public final class OwnStreams {

    private OwnStreams() {}

    /**
     * Copies stdin to a command until one of them ends. The thread is a daemon that may stay, waiting for a key, after the
     * command has ended: a read of a terminal cannot be cut short.
     */
    public static void feed(OutputStream stdin) {
        Thread thread = new Thread(
                () -> {
                    InputStream own = new FileInputStream(FileDescriptor.in);
                    byte[] buffer = new byte[8192];
                    try (stdin) {
                        for (int count = own.read(buffer); count >= 0; count = own.read(buffer)) {
                            stdin.write(buffer, 0, count);
                            stdin.flush();
                        }
                    } catch (IOException e) {
                        // The command ended before its input did.
                    }
                },
                "loadshare-stdin");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Writes to stdout or stderr, past {@code System.out}, whose encoding and locks are not for a command's bytes.
     *
     * @param readerGone is called at each write after whoever read the stream has gone away
     */
    public static OutputStream to(FileDescriptor descriptor, Runnable readerGone) {
        FileOutputStream own = new FileOutputStream(descriptor);
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                try {
                    own.write(bytes, offset, count);
                } catch (IOException e) {
                    readerGone.run();
                }
            }
        };
    }
}
