package io.loadshare.store;

import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The limit of one wait for the lock of a ledger. It is short if the file stays as it is, because its holder has
 * stopped, and longer if the file changes: then many programs use it, each for a moment. Not thread-safe.
 */
final class LockWait {

    /** The limit while the file stays as it is. */
    static final Duration STOPPED = Duration.ofSeconds(2);

    /** The limit while it changes. */
    static final Duration BUSY = Duration.ofSeconds(10);

    private final Path file;
    private final LongSupplier nanoClock;
    private final Deadline last;
    private Deadline next;
    private long size;

    /** Begins the wait. */
    LockWait(Path file, LongSupplier nanoClock) {
        this.file = file;
        this.nanoClock = nanoClock;
        this.last = Deadline.after(BUSY, nanoClock);
        this.next = Deadline.after(STOPPED, nanoClock);
        this.size = size();
    }

    /** Returns whether to give up. */
    boolean isOver() {
        if (!next.hasPassed()) {
            return false;
        }
        long before = size;
        size = size();
        next = Deadline.after(STOPPED, nanoClock);
        return size == before || last.hasPassed();
    }

    /** Returns how long it was, for messages. */
    String words() {
        return (last.hasPassed() ? BUSY : STOPPED).toMillis() + " ms";
    }

    /** Returns the size; a file that was replaced has another one. */
    private long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1; // whoever opens the file reports that
        }
    }
}
