package io.loadshare.transport.openssh;

import io.loadshare.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The content of a known_hosts file. Lines are kept, those that say nothing too, so that {@link #text} gives back what was
 * read byte for byte.
 */
public record KnownHostsFile(Path path, List<KnownHostsLine> lines) {

    public KnownHostsFile {
        lines = List.copyOf(lines);
    }

    /** Reads a file; one that does not exist holds no keys. */
    public static KnownHostsFile read(Path path) {
        try {
            return parse(path, Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return new KnownHostsFile(path, List.of());
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.REFUSED,
                    "cannot read the host keys in " + path + " (" + e
                            + "), so no host can be trusted: make it readable, or name another in ssh.knownHosts",
                    e);
        }
    }

    static KnownHostsFile parse(Path path, String text) {
        List<KnownHostsLine> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline + 1;
            lines.add(KnownHostsLine.parse(lines.size() + 1, text.substring(start, end)));
            start = end;
        }
        return new KnownHostsFile(path, lines);
    }

    /** The whole file, each byte one character (ISO 8859-1). */
    public String text() {
        return lines.stream().map(KnownHostsLine::text).collect(Collectors.joining());
    }

    /** Lines about a host, given as {@link io.loadshare.transport.SshAddress#knownAs}. */
    List<KnownHostsLine> about(String host) {
        return lines.stream()
                .filter(line -> line.entry().isPresent() && line.entry().get().isAbout(host))
                .toList();
    }
}
