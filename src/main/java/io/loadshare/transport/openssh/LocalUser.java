package io.loadshare.transport.openssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who connects.
 *
 * @param user the login name on this machine
 * @param home where {@code .ssh} is
 * @param environment where {@code SSH_AUTH_SOCK} and {@code PATH} are looked up
 */
public record LocalUser(String user, Path home, Map<String, String> environment) {

    public LocalUser {
        environment = Map.copyOf(environment);
    }

    /** The user this program runs as. */
    public static LocalUser current() {
        return new LocalUser(
                System.getProperty("user.name"), Path.of(System.getProperty("user.home")), System.getenv());
    }

    Path sshDirectory() {
        return home.resolve(".ssh");
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** A path as users write it: {@code ~} is the home directory. */
    Path path(String text) {
        return text.equals("~") || text.startsWith("~/")
                ? home.resolve(text.substring(Math.min(2, text.length())))
                : Path.of(text);
    }

    /** The first program of that name in PATH. */
    public Optional<Path> program(String name) {
        return Stream.of(variable("PATH").orElse("/usr/bin:/bin").split(":"))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The number of the user, as files show it. */
    static int uid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
