package io.jenkins.plugins.loadshare.settings;

import io.jenkins.plugins.casc.model.CNode;
import io.jenkins.plugins.casc.model.Mapping;
import io.jenkins.plugins.casc.model.Sequence;
import io.jenkins.plugins.casc.model.Source;
import io.loadshare.Quoted;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
 * them, so they are looked up in the file itself. Where the YAML is not a file, a setting without a value is all that is
 * left of them.
 */
final class YamlDecimals {

    private static final List<String> ROOT = List.of("unclassified", "loadshare");

    private YamlDecimals() {}

    /** Returns a message about the first decimal number below {@code unclassified: loadshare:}. Empty if there is none. */
    static Optional<String> first(Mapping config) {
        Set<String> sources = new TreeSet<>();
        addSources(config, sources);
        boolean onlyFiles = true;
        for (String source : sources) {
            Optional<Path> file = file(source);
            Optional<String> found = file.flatMap(YamlDecimals::first);
            if (found.isPresent()) {
                return found;
            }
            onlyFiles &= file.isPresent();
        }
        return onlyFiles
                ? Optional.empty()
                : config.values().stream().flatMap(YamlDecimals::lost).findFirst();
    }

    private static void addSources(Object node, Set<String> sources) {
        if (node instanceof CNode known && known.getSource() != null) {
            sources.add(String.valueOf(known.getSource().file()));
        }
        children(node).forEach(child -> addSources(child, sources));
    }

    /** Returns the values in a node. A dropped number is null in a mapping, and still a number in a sequence. */
    private static Stream<?> children(Object node) {
        return node instanceof Mapping mapping
                ? mapping.values().stream()
                : node instanceof Sequence sequence ? ((List<?>) sequence).stream() : Stream.empty();
    }

    /** Returns messages about the settings without a value below a node. */
    private static Stream<String> lost(Object node) {
        Stream<String> here = node instanceof Mapping mapping
                ? mapping.entrySet().stream()
                        .filter(entry -> entry.getValue() == null)
                        .map(entry -> message(mapping.getSource(), "'" + entry.getKey() + "' has no value"))
                : children(node)
                        .filter(Number.class::isInstance)
                        .map(number -> message(((Sequence) node).getSource(), number + " is not read"));
        return Stream.concat(here, children(node).flatMap(YamlDecimals::lost));
    }

    private static String message(Source where, String what) {
        return (where == null ? "" : "line " + where.line() + ": ") + what
                + ". Configuration as Code ignores decimal numbers without quotes: put the number in quotes, or remove"
                + " the setting";
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
