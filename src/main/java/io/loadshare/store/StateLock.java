package io.loadshare.store;

import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A {@code fcntl} lock on a dedicated file, held by one thread of one process on one machine. The system releases it
 * when its holder dies. Any thread may release it.
 */
public final class StateLock implements AutoCloseable {

    /**
     * One holder in this process: the system does not distinguish threads, and closing the file anywhere in the process
     * would release the lock.
     */
    private static final ConcurrentMap<Path, Semaphore> HELD_HERE = new ConcurrentHashMap<>();

    private static final int PAUSE_MILLIS = 10;

    private final Semaphore heldHere;
    private final FileChannel channel;

    private StateLock(Semaphore heldHere, FileChannel channel) {
        this.heldHere = heldHere;
        this.channel = channel;
    }

    /**
     * Acquires the lock.
     *
     * @return the lock; empty if others hold it until the deadline
     * @throws IOException if the file cannot be made or its file system knows no locks
     */
    public static Optional<StateLock> take(Path file, AtomicFile.Access access, Deadline deadline) throws IOException {
        Semaphore here = HELD_HERE.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new Semaphore(1));
        try {
            if (!here.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = open(file, access);
            locked = lock(channel, deadline);
            return locked ? Optional.of(new StateLock(here, channel)) : Optional.empty();
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                here.release();
            }
        }
    }

    private static FileChannel open(Path file, AtomicFile.Access access) throws IOException {
        AtomicFile.create(file, new byte[0], access);
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new IOException("it is no regular file; remove it");
        }
        return FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean lock(FileChannel channel, Deadline deadline) throws IOException {
        while (true) {
            try {
                if (channel.tryLock() != null) {
                    return true;
                }
            } catch (OverlappingFileLockException e) {
                // Held by this program's code under another class loader, as Jenkins may have it.
            }
            if (deadline.hasPassed()) {
                return false;
            }
            try {
                Thread.sleep(Math.min(PAUSE_MILLIS, deadline.remainingMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            heldHere.release();
        }
    }
}
