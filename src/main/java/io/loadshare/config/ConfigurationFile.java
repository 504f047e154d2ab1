package io.loadshare.config;

import io.loadshare.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads a file as UTF-8 text of at most {@link #MOST_BYTES}; refuses anything else. */
public final class ConfigurationFile {

    /** Enough for ten thousand hosts with a line of a hundred letters each. */
    static final int MOST_BYTES = 1 << 20;

    private static final int GROUP_OR_OTHERS_MAY_WRITE = 0022;

    private ConfigurationFile() {}

    /** Returns the text of a file that may be missing. */
    static Optional<String> readIfPresent(Path file) {
        try {
            return Optional.of(text(file, bounded(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Returns the text of a file that the user named. */
    static String read(Path file) {
        return text(file, bytes(file));
    }

    /** Refuses a file that users other than the owner can write. A missing file is accepted. */
    static void requireTrusted(Path file, int owner) {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,mode");
            int uid = (Integer) attributes.get("uid");
            if (uid != owner) {
                throw failure(
                        file,
                        "is not trusted: it must belong to " + user(owner) + ", but belongs to user " + uid
                                + "; run: chown " + owner + " " + file);
            }
            if (((Integer) attributes.get("mode") & GROUP_OR_OTHERS_MAY_WRITE) != 0) {
                throw failure(
                        file, "is not trusted: users other than its owner can write to it; run: chmod go-w " + file);
            }
        } catch (NoSuchFileException e) {
            // A missing file is accepted.
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String user(int owner) {
        return owner == 0 ? "root" : "user " + owner;
    }

    /**
     * Returns the bytes of a file that the user named, in any encoding.
     *
     * @throws ConfigurationException if it cannot be read, is empty or too large
     */
    public static byte[] bytes(Path file) {
        try {
            return bounded(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static byte[] bounded(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw failure(file, "is larger than 1 MiB, the limit for a configuration");
            }
            if (bytes.length == 0 && Files.isRegularFile(file)) {
                throw failure(file, "is empty; write settings into it, or remove it");
            }
            return bytes;
        }
    }

    private static String text(Path file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(rest, text, true);
        text.flip();
        if (result.isError()) {
            int wrong = bytes[rest.position()] & 0xff;
            throw failure(
                    at(file, text, text.length()),
                    "is not UTF-8 text: byte 0x" + Integer.toHexString(wrong) + " at offset " + rest.position());
        }
        String string = text.toString();
        for (int i = 0; i < string.length(); i = string.offsetByCodePoints(i, 1)) {
            if (!StreamReader.isPrintable(string.codePointAt(i))) {
                throw failure(at(file, string, i), "is not text: character " + Quoted.of(string.substring(i, i + 1)));
            }
        }
        return string.startsWith("\ufeff") ? string.substring(1) : string;
    }

    private static Position at(Path file, CharSequence text, int offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < offset; i++) {
            boolean lineEnds = text.charAt(i) == '\n';
            line += lineEnds ? 1 : 0;
            column = lineEnds ? 1 : column + 1;
        }
        return new Position(name(file), line, column);
    }

    /** Returns the name of a file for messages. */
    public static String name(Path file) {
        return Quoted.printable(file.toString());
    }

    private static ConfigurationException unreadable(Path file, IOException e) {
        return failure(file, "cannot be read: " + reason(e));
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.toString() : reason;
    }

    private static ConfigurationException failure(Path file, String text) {
        return failure(Position.of(name(file)), text);
    }

    private static ConfigurationException failure(Position position, String text) {
        return new ConfigurationException(List.of(new Problem(position, text)));
    }
}
