package io.loadshare.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Writes values as YAML on one line, so that a comment can follow. */
public final class YamlWriter {

    private YamlWriter() {}

    /** Returns a value as written, with its quotes, on one line and without anchors. */
    static String line(Node node) {
        StringBuilder text = new StringBuilder();
        DumpSettings settings = DumpSettings.builder()
                .setSchema(new FailsafeSchema()) // every scalar is read as text, so none needs quotes
                .setSplitLines(false)
                .setMultiLineFlow(false)
                .setWidth(Integer.MAX_VALUE)
                .setUseUnicodeEncoding(true)
                .build();
        new Dump(settings).dumpNode(flow(node), new StreamDataWriter() {
            @Override
            public void write(String string) {
                text.append(string);
            }

            @Override
            public void write(String string, int offset, int length) {
                text.append(string, offset, offset + length);
            }
        });
        return text.toString().strip();
    }

    /** Writes text, numbers, lists and maps. */
    public static String line(Object value) {
        return line(node(value));
    }

    private static Node flow(Node node) {
        if (node instanceof SequenceNode sequence) {
            return new SequenceNode(
                    Tag.SEQ, sequence.getValue().stream().map(YamlWriter::flow).toList(), FlowStyle.FLOW);
        }
        if (node instanceof MappingNode mapping) {
            List<NodeTuple> tuples = new ArrayList<>();
            mapping.getValue()
                    .forEach(tuple -> tuples.add(new NodeTuple(flow(tuple.getKeyNode()), flow(tuple.getValueNode()))));
            return new MappingNode(Tag.MAP, tuples, FlowStyle.FLOW);
        }
        ScalarNode scalar = (ScalarNode) node;
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        return new ScalarNode(Tag.STR, scalar.getValue(), plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
    }

    private static Node node(Object value) {
        if (value instanceof List<?> list) {
            return new SequenceNode(Tag.SEQ, list.stream().map(YamlWriter::node).toList(), FlowStyle.FLOW);
        }
        if (value instanceof Map<?, ?> map) {
            List<NodeTuple> tuples = new ArrayList<>();
            map.forEach((key, element) -> tuples.add(new NodeTuple(node(key), node(element))));
            return new MappingNode(Tag.MAP, tuples, FlowStyle.FLOW);
        }
        return new ScalarNode(Tag.STR, value.toString(), ScalarStyle.PLAIN);
    }
}
