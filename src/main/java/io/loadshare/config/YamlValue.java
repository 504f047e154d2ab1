package io.loadshare.config;

import io.loadshare.Quoted;
import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value as somebody wrote it, and where.
 *
 * @param key the key before it, or itself if it is an element of a list
 */
record YamlValue(String file, Node key, Node node) {

    /** The same file's other node. */
    YamlValue element(Node element) {
        return new YamlValue(file, element, element);
    }

    Position position() {
        return YamlReader.position(file, node.getStartMark());
    }

    Position keyPosition() {
        return YamlReader.position(file, key.getStartMark());
    }

    /** The text of a scalar, whatever its quotes; null for anything else. */
    String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    /**
     * The elements of a list; none of {@code none}.
     *
     * @throws ValueReader.UnexpectedValueException if it is anything else
     */
    List<Node> elements() {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        if (isNone()) {
            return List.of();
        }
        throw new ValueReader.UnexpectedValueException(
                "a list", "; write [a, b], or '- ' before each element on its own line");
    }

    /** Whether there is nothing after the key. */
    boolean isBlank() {
        return isPlain() && text().isEmpty();
    }

    /** Whether it is the bare word for "no value". */
    boolean isNone() {
        return isPlain() && text().equals("none");
    }

    private boolean isPlain() {
        return node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN;
    }

    /** What stands there, for a message. */
    String shown() {
        if (isBlank()) {
            return "empty";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof MappingNode ? "a mapping" : Quoted.of(text());
    }
}
