package io.loadshare.config;

import io.loadshare.Quoted;
import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value as written, with its position.
 *
 * @param key its key, or the value itself if it is an element of a list
 */
record YamlValue(String file, Node key, Node node) {

    /** Another node of the same file. */
    YamlValue element(Node element) {
        return new YamlValue(file, element, element);
    }

    Position position() {
        return YamlReader.position(file, node.getStartMark());
    }

    Position keyPosition() {
        return YamlReader.position(file, key.getStartMark());
    }

    /** Returns the text of a scalar, quoted or not; null for anything else. */
    String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    /**
     * Returns the elements of a list; {@code none} is empty.
     *
     * @throws ValueReader.UnexpectedValueException for anything else
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

    /** Returns whether the key has no value. */
    boolean isBlank() {
        return isPlain() && text().isEmpty();
    }

    /** Returns whether it is the unquoted word {@code none}. */
    boolean isNone() {
        return isPlain() && text().equals("none");
    }

    private boolean isPlain() {
        return node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN;
    }

    /** Returns a description for a message. */
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
