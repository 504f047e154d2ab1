package io.loadshare.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds, reads and merges the configuration files: the machine's file, overridden key by key by the user's file or the
 * one given with {@code --config}. Lists are replaced as a whole. Locked settings keep the value of the machine's file.
 */
public final class ConfigurationLoader {

    private final ConfigurationEnvironment environment;

    public ConfigurationLoader(ConfigurationEnvironment environment) {
        this.environment = environment;
    }

    /** @throws ConfigurationException if a file cannot be read, is not trusted, or is invalid */
    public LoadedConfiguration load() {
        List<YamlValue> files = new ArrayList<>();
        Path machineFile = environment.machineFile();
        ConfigurationFile.requireTrusted(machineFile, environment.machineFileOwner());
        ConfigurationFile.readIfPresent(machineFile).ifPresent(text -> add(machineFile, text, files));
        Optional<Path> named = environment.requiredFile();
        if (named.isPresent()) {
            add(named.get(), ConfigurationFile.read(named.get()), files);
        } else {
            Path userFile = environment.userFile();
            ConfigurationFile.readIfPresent(userFile).ifPresent(text -> add(userFile, text, files));
        }
        return new ConfigurationReader(environment, files).read();
    }

    /**
     * Reads a text like the machine's file.
     *
     * @param name its name in messages
     * @throws ConfigurationException if it is invalid
     */
    public static LoadedConfiguration check(String name, String text) {
        ConfigurationEnvironment nowhere =
                new ConfigurationEnvironment(Path.of(name), 0, Optional.empty(), Map.of(), Path.of("/"), "localhost");
        List<YamlValue> files = new ArrayList<>();
        add(nowhere.machineFile(), text, files);
        return new ConfigurationReader(nowhere, files).read();
    }

    private static void add(Path file, String text, List<YamlValue> files) {
        String name = ConfigurationFile.name(file);
        YamlReader.read(name, text).ifPresent(root -> files.add(new YamlValue(name, root, root)));
    }
}
