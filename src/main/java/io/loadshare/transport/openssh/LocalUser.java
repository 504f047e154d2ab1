package io.loadshare.transport.openssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The local user who connects.
 *
 * @param user the login name on this machine
 * @param home the directory that contains {@code .ssh}
 * @param environment the variables in which {@code SSH_AUTH_SOCK} and {@code PATH} are looked up
 */
public record LocalUser(String user, Path home, Map<String, String> environment) {

    public LocalUser {
        environment = Map.copyOf(environment);
    }

    /** Returns the user under whom this program runs. */
    public static LocalUser current() {
        return new LocalUser(
                System.getProperty("user.name"), Path.of(System.getProperty("user.home")), System.getenv());
    }

    Path sshDirectory() {
        return home.resolve(".ssh");
    }

    /** Returns a variable of the environment that is set and not empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Resolves a path as users write it: {@code ~} is the home directory. */
    Path path(String text) {
        return text.equals("~") || text.startsWith("~/")
                ? home.resolve(text.substring(Math.min(2, text.length())))
                : Path.of(text);
    }

    /** Returns the first program with that name in PATH. */
    public Optional<Path> program(String name) {
        return Stream.of(variable("PATH").orElse("/usr/bin:/bin").split(":"))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Returns the numeric ID of the user, as files show it. */
    static int uid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
