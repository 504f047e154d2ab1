package io.jenkins.plugins.loadshare.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The stdout of one job, held in memory until the step returns it. Each buffer and all buffers together have a limit.
 * Not thread-safe; any number of buffers may be used at the same time.
 */
final class StdoutBuffer implements AutoCloseable {

    private static final int MIB = 1 << 20;

    /** The limit of one buffer, in bytes. */
    static final int MOST = 64 * MIB;

    /** The limit of all buffers together: an eighth of the heap, since a result exists several times for a moment. */
    static final long MOST_OF_ALL = Math.max(MOST, Runtime.getRuntime().maxMemory() / 8);

    private static final AtomicLong ALL = new AtomicLong();

    private final List<byte[]> parts = new ArrayList<>();
    private int size;
    private boolean full;

    /**
     * Adds bytes, unless a limit was exceeded before.
     *
     * @return why nothing is kept from now on, if these bytes exceed a limit
     */
    Optional<String> add(byte[] bytes) {
        if (full) {
            return Optional.empty();
        }
        boolean tooLong = size + bytes.length > MOST;
        if (tooLong || ALL.addAndGet(bytes.length) > MOST_OF_ALL) {
            if (!tooLong) {
                ALL.addAndGet(-bytes.length);
            }
            close();
            full = true;
            return Optional.of(
                    tooLong
                            ? "it printed more than " + MOST / MIB
                                    + " MiB on stdout, the limit of returnStdout. Write the output to a file"
                            : "all running steps with returnStdout together hold " + MOST_OF_ALL / MIB
                                    + " MiB, which is the limit. Write the output to a file, or run fewer steps at once");
        }
        parts.add(bytes);
        size += bytes.length;
        return Optional.empty();
    }

    /** Returns all bytes. */
    byte[] take() {
        byte[] all = new byte[size];
        int next = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, next, part.length);
            next += part.length;
        }
        return all;
    }

    /** Frees the memory. */
    @Override
    public void close() {
        ALL.addAndGet(-size);
        parts.clear();
        size = 0;
    }
}
