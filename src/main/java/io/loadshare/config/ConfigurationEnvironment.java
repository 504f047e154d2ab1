package io.loadshare.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the configuration is looked for, and what stands in it unless a file says otherwise.
 *
 * @param machineFile the file that holds for all users
 * @param machineFileOwner the number of the only user whose machine file is trusted: root's
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

    /** The usual places of a Linux system. */
    public static ConfigurationEnvironment of(
            Optional<Path> namedFile, Map<String, String> variables, Path home, String hostName) {
        return new ConfigurationEnvironment(
                Path.of("/etc/loadshare/config.yaml"), 0, namedFile, variables, home, hostName);
    }

    /** The file that was asked for by name, so that it must exist. */
    Optional<Path> requiredFile() {
        return namedFile.or(() -> variable("LOADSHARE_CONFIG").map(Path::of));
    }

    /** The user's own file, which need not exist. */
    Path userFile() {
        return baseDirectory("XDG_CONFIG_HOME", ".config").resolve("loadshare/config.yaml");
    }

    /** Where state is kept unless a file says otherwise: private to the user. */
    Path stateDirectory() {
        return baseDirectory("XDG_STATE_HOME", ".local/state").resolve("loadshare");
    }

    /** As the XDG Base Directory Specification has it: a relative path is ignored. */
    private Path baseDirectory(String variable, String fallback) {
        return variable(variable).map(Path::of).filter(Path::isAbsolute).orElseGet(() -> home.resolve(fallback));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
