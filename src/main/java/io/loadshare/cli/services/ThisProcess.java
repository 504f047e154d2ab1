package io.loadshare.cli.services;

import io.loadshare.transport.CallersLocale;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The process of this program: its user, its machine, and where it was started from. */
public final class ThisProcess {

    private ThisProcess() {}

    /** Returns the user; the home directory is $HOME, as a shell expands it, not that of the password file. */
    static LocalUser user() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        CallersLocale.restore(environment);
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        return new LocalUser(System.getProperty("user.name"), home, environment);
    }

    /** Returns this machine's name from the kernel; a request to the resolver could hang. */
    public static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** Returns the path of this program, to start it again. */
    public static String program() {
        return System.getProperty("loadshare.program", "loadshare");
    }

    /**
     * Returns a different random number in every process; SecureRandom would load more classes than most commands need.
     */
    static long seed() {
        try (InputStream kernel = Files.newInputStream(Path.of("/dev/urandom"))) {
            return ByteBuffer.wrap(kernel.readNBytes(Long.BYTES)).getLong();
        } catch (IOException e) {
            return System.nanoTime() ^ ProcessHandle.current().pid() << 32;
        }
    }
}
