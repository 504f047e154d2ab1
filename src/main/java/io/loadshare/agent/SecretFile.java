package io.loadshare.agent;

import io.loadshare.LoadshareException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Reads files with secrets: a token or a private key. A group may have read access. */
public final class SecretFile {

    private static final Set<PosixFilePermission> TOO_MANY = EnumSet.of(
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private SecretFile() {}

    /**
     * Returns the only line of a file.
     *
     * @param what the name of its setting, for messages
     * @throws LoadshareException of kind CONFIGURATION if it cannot be read, everybody may read it, or it is not one
     *     line
     */
    public static String line(Path file, String what) {
        requirePrivate(file, what);
        try {
            String line = Files.readString(file).strip();
            if (line.isEmpty() || line.length() > 4096 || line.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw refused(what, file, "must hold one word of 1 to 4096 ASCII characters");
            }
            return line;
        } catch (IOException e) {
            throw refused(what, file, "cannot be read: " + e.getMessage());
        }
    }

    /** Throws a {@link LoadshareException} of kind CONFIGURATION if a file is missing or everybody may read it. */
    public static void requirePrivate(Path file, String what) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            permissions.retainAll(TOO_MANY);
            if (!permissions.isEmpty()) {
                throw refused(what, file, "can be read or changed by others; chmod 600 " + file);
            }
        } catch (IOException e) {
            throw refused(what, file, "cannot be read: " + e);
        }
    }

    private static LoadshareException refused(String what, Path file, String why) {
        return new LoadshareException(LoadshareException.Kind.CONFIGURATION, what + ": " + file + " " + why);
    }
}
