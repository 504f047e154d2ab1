package io.jenkins.plugins.loadshare.settings;

import io.loadshare.Quoted;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Fractions without quotes in a YAML file of Configuration as Code. That plugin drops them before any configurator sees
 * the file, so they are looked up in the file itself.
 */
final class YamlFractions {

    private static final List<String> ROOT = List.of("unclassified", "loadshare");

    private YamlFractions() {}

    /**
     * Returns a message about the first fraction below {@code unclassified: loadshare:}. Empty if there is none, or if
     * the source is not a file.
     */
    static Optional<String> first(String source) {
        try {
            Path file = Path.of(source);
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            try (Reader reader = Files.newBufferedReader(file)) {
                return below(ROOT, new Yaml().compose(reader))
                        .map(found ->
                                file + ", line " + (found.getStartMark().getLine() + 1) + ": Configuration as Code"
                                        + " drops the fraction " + found.getValue() + ". Write it in quotes: "
                                        + Quoted.of(found.getValue()));
            }
        } catch (InvalidPathException | IOException | YAMLException e) {
            return Optional.empty(); // Configuration as Code has read it and reports what is wrong
        }
    }

    private static Optional<ScalarNode> below(List<String> keys, Node node) {
        if (keys.isEmpty()) {
            return in(node);
        }
        if (node instanceof MappingNode mapping) {
            return mapping.getValue().stream()
                    .filter(entry -> entry.getKeyNode() instanceof ScalarNode key
                            && key.getValue().equalsIgnoreCase(keys.get(0)))
                    .flatMap(entry -> below(keys.subList(1, keys.size()), entry.getValueNode()).stream())
                    .findFirst();
        }
        return Optional.empty();
    }

    private static Optional<ScalarNode> in(Node node) {
        if (node instanceof ScalarNode scalar) {
            return Tag.FLOAT.equals(scalar.getTag()) ? Optional.of(scalar) : Optional.empty();
        }
        if (node instanceof MappingNode mapping) {
            return mapping.getValue().stream()
                    .map(NodeTuple::getValueNode)
                    .flatMap(value -> in(value).stream())
                    .findFirst();
        }
        return node instanceof SequenceNode sequence
                ? sequence.getValue().stream()
                        .flatMap(value -> in(value).stream())
                        .findFirst()
                : Optional.empty();
    }
}
