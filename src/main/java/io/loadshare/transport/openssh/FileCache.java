package io.loadshare.transport.openssh;

import io.loadshare.transport.HostKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;

/** A known_hosts file in memory, read again when its size, time or inode has changed. */
final class FileCache {

    private record Stamp(long size, long modifiedNanos, Object fileKey) {

        static Stamp of(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                long modified = attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS);
                return new Stamp(attributes.size(), modified, attributes.fileKey());
            } catch (IOException e) {
                return null;
            }
        }
    }

    private final Path path;
    private Stamp stamp;
    private KnownHostsFile content;

    FileCache(Path path) {
        this.path = path;
    }

    synchronized KnownHostsFile current() {
        Stamp now = Stamp.of(path);
        if (content == null || now == null || !now.equals(stamp)) {
            content = KnownHostsFile.read(path);
            stamp = now;
        }
        return content;
    }

    /** Appends the host's key, in one write, unless the file contains a line about the host by now. */
    void add(String host, HostKey key, boolean hash) throws IOException {
        synchronized (FileCache.class) { // one JVM can hold only one lock of a file
            Files.createDirectories(path.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    FileLock lock = channel.lock()) {
                KnownHostsFile fresh = KnownHostsFile.read(path);
                if (lock.isValid() && fresh.about(host).isEmpty()) {
                    String start = fresh.text().isEmpty() || fresh.text().endsWith("\n") ? "" : "\n";
                    String name = hash ? KnownHostsLine.hashed(salt(), host) : host;
                    String line = start + name + " " + key.type() + " " + key.base64() + "\n";
                    channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
                }
            }
        }
        synchronized (this) {
            content = null;
        }
    }

    private static byte[] salt() {
        byte[] salt = new byte[KnownHostsLine.SALT_LENGTH];
        new SecureRandom().nextBytes(salt);
        return salt;
    }
}
