package io.loadshare.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where to look for the configuration, and the defaults that depend on the environment.
 *
 * @param machineFile the configuration file for all users
 * @param machineFileOwner the UID of the only trusted owner of the machine file: root's
 * @param namedFile the file given with {@code --config}
 * @param variables the environment
 * @param home the user's home directory
 * @param hostName this machine's name
 */
public record ConfigurationEnvironment(
        Path machineFile,
        int machineFileOwner,
        Optional<Path> namedFile,
        Map<String, String> variables,
        Path home,
        String hostName) {

    /** The standard locations on Linux. */
    public static ConfigurationEnvironment of(
            Optional<Path> namedFile, Map<String, String> variables, Path home, String hostName) {
        return new ConfigurationEnvironment(
                Path.of("/etc/loadshare/config.yaml"), 0, namedFile, variables, home, hostName);
    }

    /** Returns the file requested by name, which must exist. */
    Optional<Path> requiredFile() {
        return namedFile.or(() -> variable("LOADSHARE_CONFIG").map(Path::of));
    }

    /** Returns the user's own file, which may be missing. */
    Path userFile() {
        return baseDirectory("XDG_CONFIG_HOME", ".config").resolve("loadshare/config.yaml");
    }

    /** Returns the default state directory, which is private to the user. */
    Path stateDirectory() {
        return baseDirectory("XDG_STATE_HOME", ".local/state").resolve("loadshare");
    }

    /** According to the XDG Base Directory Specification, a relative path is ignored. */
    private Path baseDirectory(String variable, String fallback) {
        return variable(variable).map(Path::of).filter(Path::isAbsolute).orElseGet(() -> home.resolve(fallback));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
