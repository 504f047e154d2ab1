package io.jenkins.plugins.loadshare.settings;

import io.jenkins.plugins.casc.model.CNode;
import io.jenkins.plugins.casc.model.Mapping;
import io.jenkins.plugins.casc.model.Sequence;
import io.loadshare.Quoted;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Decimal numbers without quotes in the YAML of Configuration as Code. That plugin drops them before any configurator sees
 * them, so they are looked up in the file itself. In YAML from another source they cannot be seen.
 */
final class YamlDecimals {

    private static final List<String> ROOT = List.of("unclassified", "loadshare");

    /** Sections with settings that may be decimal numbers. */
    private static final Set<String> NUMERIC = Set.of("hosts", "software", "placement", "retry");

    private YamlDecimals() {}

    /** Returns a message about the first decimal number below {@code unclassified: loadshare:} in a file. */
    static Optional<String> first(Mapping config) {
        return sources(config)
                .flatMap(source -> file(source).stream())
                .flatMap(file -> first(file).stream())
                .findFirst();
    }

    /** Returns a warning if decimal numbers cannot be seen, because the YAML is not a file. */
    static Optional<String> unseen(Mapping config) {
        boolean hidden = config.keySet().stream().anyMatch(NUMERIC::contains)
                && sources(config).anyMatch(source -> file(source).isEmpty());
        return hidden
                ? Optional.of(
                        "This YAML is not read from a file, so Loadshare cannot see decimal numbers without quotes, which"
                                + " Configuration as Code ignores. Put them in quotes: speed: \"1.5\"")
                : Optional.empty();
    }

    /** Returns the names of the sources of all nodes. */
    private static Stream<String> sources(CNode node) {
        Stream<? extends CNode> children = node instanceof Mapping mapping
                ? mapping.values().stream()
                : node instanceof Sequence sequence ? sequence.stream() : Stream.empty();
        return Stream.concat(
                        Stream.ofNullable(node.getSource()).map(source -> String.valueOf(source.file())),
                        children.flatMap(YamlDecimals::sources))
                .distinct();
    }

    private static Optional<Path> file(String source) {
        try {
            return Optional.of(Path.of(source)).filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> first(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            return below(ROOT, new Yaml().compose(reader))
                    .map(found -> file + ", line " + (found.getStartMark().getLine() + 1) + ": Configuration as Code"
                            + " ignores the decimal number " + found.getValue() + ". Put it in quotes: "
                            + Quoted.of(found.getValue()));
        } catch (IOException | YAMLException e) {
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
