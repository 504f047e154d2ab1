package io.loadshare.transport.openssh;

import io.loadshare.LoadshareException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The content of a known_hosts file. It keeps all lines, including those without a key, so that {@link #text} returns
 * the original content byte for byte.
 */
public record KnownHostsFile(Path path, List<KnownHostsLine> lines) {

    public KnownHostsFile {
        lines = List.copyOf(lines);
    }

    /** Reads a file; a file that does not exist contains no keys. */
    public static KnownHostsFile read(Path path) {
        try {
            return parse(path, Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return new KnownHostsFile(path, List.of());
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    "cannot read the host keys in " + path + " (" + e
                            + "), so no host can be trusted: make it readable, or name another in ssh.knownHosts",
                    e);
        }
    }

    /**
     * Changes or creates a file: a reader sees either the old or the new content. Owner and permissions stay. A key
     * that OpenSSH adds at the same moment may get lost; OpenSSH then asks for it again.
     *
     * @throws LoadshareException of kind REFUSED if the file cannot be read or written; it is then unchanged
     */
    public static void change(Path path, UnaryOperator<KnownHostsFile> change) {
        synchronized (FileCache.class) { // one JVM can hold only one lock of a file
            try {
                Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
                Files.createDirectories(target.getParent());
                try (FileChannel channel =
                                FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    KnownHostsFile before = read(target);
                    String text = change.apply(before).text();
                    if (lock.isValid() && !text.equals(before.text())) {
                        replace(target, text);
                    }
                }
            } catch (IOException e) {
                throw new LoadshareException(
                        LoadshareException.Kind.REFUSED,
                        "cannot change the host keys in " + path + " (" + e + "): nothing of it was changed",
                        e);
            }
        }
    }

    private static void replace(Path target, String text) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(target, "unix:uid,gid,mode");
        Path temporary = Files.createTempFile(target.getParent(), ".known_hosts-", "");
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            Files.setAttribute(temporary, "unix:uid", attributes.get("uid"));
            Files.setAttribute(temporary, "unix:gid", attributes.get("gid"));
            Files.setAttribute(temporary, "unix:mode", (int) attributes.get("mode") & 07777);
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    public static KnownHostsFile parse(Path path, String text) {
        List<KnownHostsLine> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline + 1;
            lines.add(KnownHostsLine.parse(lines.size() + 1, text.substring(start, end)));
            start = end;
        }
        return new KnownHostsFile(path, lines);
    }

    /** Returns the whole file, each byte as one character (ISO 8859-1). */
    public String text() {
        return lines.stream().map(KnownHostsLine::text).collect(Collectors.joining());
    }

    /** Returns the lines about a host, given as {@link io.loadshare.transport.SshAddress#knownAs}. */
    List<KnownHostsLine> about(String host) {
        return lines.stream()
                .filter(line -> line.entry().isPresent() && line.entry().get().isAbout(host))
                .toList();
    }
}
