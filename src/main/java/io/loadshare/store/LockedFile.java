package io.loadshare.store;

import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A file under a {@code fcntl} lock, which other processes may append to or replace.
 *
 * <p>A process that waits for the lock may get it on a file that was replaced in the meantime. Therefore, once locked,
 * the file is compared with the file of that name by its first line, which is unique. (A new file may reuse the inode
 * number of the old one, so equal numbers prove nothing; and opening the file again makes an NFS client ask the server
 * for the current file.)
 *
 * <p>Only for {@link LedgerThread}.
 */
final class LockedFile implements AutoCloseable {

    private static final int FIRST_LINE = 128;
    private static final int CHUNK = 64 * 1024;
    private static final long FIRST_PAUSE = 1;
    private static final long LONGEST_PAUSE = 10;

    private final FileChannel channel;
    private final FileChannel current;
    private final FileLock lock;
    private final byte[] id;
    private final FileChannel end;

    private LockedFile(FileChannel channel, FileChannel end, FileChannel current, FileLock lock, byte[] id) {
        this.end = end;
        this.channel = channel;
        this.current = current;
        this.lock = lock;
        this.id = id;
    }

    /** Thrown when the lock could not be acquired in time. */
    static final class FileBusyException extends IOException {

        FileBusyException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /**
     * Locks a file for writing.
     *
     * @param header the first line, given to the file if it is empty
     * @throws FileBusyException if it stays locked until the deadline, or cannot be locked at all
     * @throws NoSuchFileException if the file does not exist
     */
    static LockedFile forWriting(Path file, byte[] header, Deadline deadline) throws IOException {
        return lock(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE), header, deadline);
    }

    /** Locks a file against writing; otherwise as {@link #forWriting}. */
    static LockedFile forReading(Path file, Deadline deadline) throws IOException {
        return lock(file, Set.of(StandardOpenOption.READ), new byte[0], deadline);
    }

    /** Opens a file without a lock; it may end in an incomplete line. */
    static InputStream openUnlocked(Path file) throws IOException {
        return Channels.newInputStream(open(file, Set.of(StandardOpenOption.READ)));
    }

    private static LockedFile lock(Path file, Set<StandardOpenOption> options, byte[] header, Deadline deadline)
            throws IOException {
        while (true) {
            FileChannel channel = open(file, options);
            FileChannel end = null;
            FileChannel current = null;
            LockedFile locked = null;
            try {
                boolean shared = !options.contains(StandardOpenOption.WRITE);
                end = shared ? null : open(file, Set.of(StandardOpenOption.APPEND));
                FileLock lock = lock(channel, shared, deadline);
                if (channel.size() == 0 && !shared) {
                    append(end, channel, header);
                }
                byte[] id = firstLine(channel);
                current = open(file, Set.of(StandardOpenOption.READ));
                if (Arrays.equals(id, firstLine(current))) {
                    locked = new LockedFile(channel, end, current, lock, id);
                    return locked;
                }
            } finally {
                if (locked == null) {
                    closeAll(channel, end, current);
                }
            }
        }
    }

    private static FileChannel open(Path file, Set<StandardOpenOption> options) throws IOException {
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new IOException("it is not a regular file; remove it");
        }
        Set<OpenOption> all = new HashSet<>(options);
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, all);
    }

    private static FileLock lock(FileChannel channel, boolean shared, Deadline deadline) throws IOException {
        long pause = FIRST_PAUSE;
        while (true) {
            FileLock lock = tryLock(channel, shared);
            if (lock != null) {
                return lock;
            }
            if (deadline.hasPassed()) {
                throw new FileBusyException(
                        "others held its lock for " + deadline.granted().toMillis() + " ms", null);
            }
            try {
                Thread.sleep(Math.min(pause, deadline.remainingMillis()));
            } catch (InterruptedException e) {
                throw new IllegalStateException("the ledger's thread must not be interrupted", e);
            }
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
    }

    /** Returns the lock, or null if it is held by another process or by this program under another class loader. */
    private static FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            return null;
        } catch (IOException e) {
            throw new FileBusyException("it cannot be locked: " + e.getMessage(), e);
        }
    }

    private static byte[] firstLine(FileChannel channel) throws IOException {
        byte[] start = read(channel, 0, Math.min(FIRST_LINE, channel.size()));
        for (int i = 0; i < start.length; i++) {
            if (start[i] == '\n') {
                return Arrays.copyOf(start, i + 1);
            }
        }
        return start;
    }

    /** Returns the first line of the file, or its beginning; it is unique to the file. */
    byte[] id() {
        return id;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Returns the whole file. */
    byte[] read() throws IOException {
        return read(channel, 0, channel.size());
    }

    /** Returns the file from an offset on. The next call of this method ends the stream; it must not be closed. */
    InputStream from(long offset) throws IOException {
        return Channels.newInputStream(channel.position(offset));
    }

    /** Returns the CRC-32C of the beginning of the file. */
    long checksum(long length) throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long at = 0; at < length; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, length - at));
            if (channel.read(chunk, at) <= 0) {
                break;
            }
            sum.update(chunk.flip());
        }
        return sum.getValue();
    }

    private static byte[] read(FileChannel channel, long from, long to) throws IOException {
        if (to - from > Integer.MAX_VALUE - 8) {
            throw new IOException("it has " + to + " bytes; move it away");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) (to - from));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {}
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }

    /** Ends a torn line, so that it is either valid or damaged for everybody from now on. */
    void endLine() throws IOException {
        long size = channel.size();
        if (size > 0 && read(channel, size - 1, size)[0] != '\n') {
            append(new byte[] {'\n'});
        }
    }

    /** Appends all bytes, or none on failure. */
    void append(byte[] bytes) throws IOException {
        append(end, channel, bytes);
    }

    /**
     * Opens the file in append mode, so the file system determines its end. With an outdated size and without locks, a
     * write at a position could overwrite what others appended.
     */
    private static void append(FileChannel end, FileChannel channel, byte[] bytes) throws IOException {
        long at = channel.size();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                end.write(buffer);
            }
        } catch (IOException e) {
            channel.truncate(at);
            throw e;
        }
    }

    /** Releases the lock; others then see what was appended. */
    void unlock() throws IOException {
        lock.release();
    }

    /** Flushes the appended lines to disk. */
    void flush() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        closeAll(channel, end, current);
    }

    /** Closes all descriptors at the end, because closing any of them releases the lock. */
    private static void closeAll(FileChannel... channels) throws IOException {
        IOException failure = null;
        for (FileChannel channel : channels) {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
