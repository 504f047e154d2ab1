package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads and replaces files as a whole: a reader sees the old text or the new one, never a part, whatever happens to the
 * writer. A new text is written to a temporary file in the same directory, flushed to disk, and renamed over the old
 * file.
 *
 * <p>Symbolic links are not followed, so a link planted in a shared directory has no effect. Any thread and any process
 * may call.
 */
public final class AtomicFile {

    /** The prefix of temporary files; a killed writer leaves one behind. */
    static final String TEMPORARY = ".tmp-";

    private static final int PAUSE_MILLIS = 50;

    /** Who may read and write a file. */
    public enum Access {
        /** Its owner. */
        PRIVATE("rw-------"),
        /** Its owner and the group of its directory. */
        SHARED("rw-rw----");

        private final Set<PosixFilePermission> permissions;

        Access(String permissions) {
            this.permissions = PosixFilePermissions.fromString(permissions);
        }
    }

    private AtomicFile() {}

    /**
     * Returns the content of a file; empty if the file is missing.
     *
     * @param limit the maximum size in bytes
     * @throws LoadshareException of kind STATE if it cannot be read or is not a regular file, of kind DATA if it is
     *     larger
     */
    public static Optional<byte[]> read(Path file, int limit) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new LoadshareException(LoadshareException.Kind.STATE, file + " is no regular file; remove it");
            }
            try (SeekableByteChannel in =
                    Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(readAll(in, file, limit));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("read", file, e);
        }
    }

    /**
     * Returns the content of a text file that is about to be changed, as the file server has it. A file system that
     * caches attributes and names may show a replaced file with its old length, or not at all. Such a file has no last
     * line, or is missing although the directory lists it; it is read again until the deadline.
     */
    static Optional<byte[]> readSettled(Path file, int limit, String lastLine, Deadline deadline) {
        while (true) {
            Optional<byte[]> content = read(file, limit);
            boolean settled = content.map(bytes -> endsWith(bytes, lastLine)).orElseGet(() -> !isListed(file));
            if (settled || deadline.hasPassed()) {
                return content;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return content;
            }
        }
    }

    private static boolean endsWith(byte[] bytes, String lastLine) {
        byte[] end = (lastLine + "\n").getBytes(StandardCharsets.US_ASCII);
        int from = bytes.length - end.length;
        return from >= 0 && Arrays.equals(bytes, from, bytes.length, end, 0, end.length);
    }

    private static boolean isListed(Path file) {
        try (DirectoryStream<Path> names =
                Files.newDirectoryStream(file.toAbsolutePath().getParent())) {
            for (Path name : names) {
                if (name.getFileName().equals(file.getFileName())) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // writing to the directory will report the same problem
        }
    }

    private static byte[] readAll(SeekableByteChannel in, Path file, int limit) throws IOException {
        if (in.size() > limit) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    file + " has " + in.size() + " bytes (at most " + limit + " allowed); remove it");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) in.size());
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {}
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }

    /**
     * Replaces or creates a file; on return it is on disk.
     *
     * @throws LoadshareException of kind STATE if that fails; the file is then unchanged
     */
    public static void write(Path file, byte[] content, Access access) {
        Path directory = file.toAbsolutePath().getParent();
        try (DirectoryStream<Path> handle = Files.newDirectoryStream(directory)) {
            replace(handle, file.getFileName(), content, access);
            flush(directory);
        } catch (IOException e) {
            throw failure("write", file, e);
        }
    }

    /**
     * Creates a file that does not exist yet; of several concurrent calls, one succeeds. Until it has written, others
     * find an empty file. If the file cannot be written, it does not exist afterwards.
     *
     * @return whether this call created it
     */
    public static boolean create(Path file, byte[] content, Access access) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel out =
                FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(Access.PRIVATE.permissions))) {
            fill(out, file, content, access);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static void fill(FileChannel out, Path file, byte[] content, Access access) throws IOException {
        try {
            if (access != Access.PRIVATE) {
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setPermissions(access.permissions);
            }
            writeAll(out, content);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void writeAll(FileChannel out, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    /**
     * Replaces a file in an open directory, which the caller flushes afterwards, once for many files.
     *
     * @param name its name in the directory
     */
    static void replace(DirectoryStream<Path> directory, Path name, byte[] content, Access access) throws IOException {
        SecureDirectoryStream<Path> handle = (SecureDirectoryStream<Path>) directory;
        Path temporary = Path.of(TEMPORARY + UUID.randomUUID());
        Set<OpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        boolean renamed = false;
        try (FileChannel out = (FileChannel) handle.newByteChannel(
                temporary, options, PosixFilePermissions.asFileAttribute(Access.PRIVATE.permissions))) {
            if (access != Access.PRIVATE) {
                handle.getFileAttributeView(temporary, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setPermissions(access.permissions);
            }
            writeAll(out, content);
            out.force(true);
            handle.move(temporary, handle, name);
            renamed = true;
        } finally {
            if (!renamed) {
                deleteQuietly(handle, temporary);
            }
        }
    }

    private static void deleteQuietly(SecureDirectoryStream<Path> directory, Path name) {
        try {
            directory.deleteFile(name);
        } catch (IOException e) {
            // It was never created, or cannot be removed for the reason that is already being reported.
        }
    }

    /** Removes temporary files that dead writers left in a directory before a given time. */
    static void removeTemporary(Path directory, Instant latest) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, TEMPORARY + "*")) {
            for (Path file : files) {
                if (isOlder(file, latest)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isOlder(Path file, Instant latest) throws IOException {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(latest);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Flushes the names in a directory to disk, as {@code fsync} does for the content of a file. */
    static void flush(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Describes a failed operation on a file for people. */
    public static LoadshareException failure(String verb, Path file, IOException e) {
        return new LoadshareException(
                LoadshareException.Kind.STATE, "cannot " + verb + " " + file + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such directory";
        }
        String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        if (reason == null || reason.isBlank()) {
            return e.getClass().getSimpleName();
        }
        String lowerCase = reason.toLowerCase(Locale.ROOT);
        boolean isFull = lowerCase.contains("no space") || lowerCase.contains("quota");
        return isFull ? reason + "; make room there, or set state.directory elsewhere" : reason;
    }
}
