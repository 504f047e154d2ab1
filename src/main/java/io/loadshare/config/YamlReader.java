package io.loadshare.config;

import io.loadshare.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.Schema;

/** Parses text to YAML nodes with their positions. */
final class YamlReader {

    /** Settings nest five levels deep. Deeper nesting is garbage, and the composer would recurse as deep. */
    private static final int DEEPEST = 20;

    private YamlReader() {}

    /**
     * Returns the only document in a text; empty if it contains only comments.
     *
     * @param file its name in messages
     * @throws ConfigurationException if it is not YAML
     */
    static Optional<Node> read(String file, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new AllText())
                .setCodePointLimit(ConfigurationFile.MOST_BYTES)
                .build();
        try {
            Parser parser = new BoundedParser(new ParserImpl(settings, new StreamReader(settings, text)));
            return new Composer(settings, parser).getSingleNode();
        } catch (MarkedYamlEngineException e) {
            throw failure(position(file, e.getProblemMark().or(e::getContextMark)), sentence(e));
        } catch (YamlEngineException e) {
            throw failure(Position.of(file), e.getMessage());
        }
    }

    private static String sentence(MarkedYamlEngineException e) {
        if (e.getContext() == null || e.getContext().isEmpty()) {
            return e.getProblem();
        }
        boolean begunElsewhere = e.getContextMark().isPresent()
                && e.getProblemMark().isPresent()
                && e.getContextMark().get().getLine()
                        != e.getProblemMark().get().getLine();
        String begun =
                begunElsewhere ? " begun in line " + (e.getContextMark().get().getLine() + 1) : "";
        return e.getContext() + begun + ": " + e.getProblem();
    }

    static Position position(String file, Optional<Mark> mark) {
        return mark.isEmpty()
                ? Position.of(file)
                : new Position(file, mark.get().getLine() + 1, mark.get().getColumn() + 1);
    }

    private static ConfigurationException failure(Position position, String text) {
        String line = text == null ? "" : text.replace('\n', ' ');
        return new ConfigurationException(List.of(new Problem(position, "is not valid YAML: " + line)));
    }

    /** Keeps every scalar as text, because each setting knows its type: a host may be named {@code no}. */
    private static final class AllText implements Schema, ScalarResolver {

        @Override
        public ScalarResolver getScalarResolver() {
            return this;
        }

        @Override
        public Map<Tag, ConstructNode> getSchemaTagConstructors() {
            return Map.of();
        }

        @Override
        public Tag resolve(String value, Boolean implicit) {
            return Tag.STR;
        }
    }

    /** Refuses too deep nesting and tags during parsing. */
    private static final class BoundedParser implements Parser {

        private final Parser parser;
        private int depth;

        BoundedParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            if (event instanceof CollectionStartEvent start) {
                refuseTag(start.getTag(), event);
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof ScalarEvent scalar) {
                refuseTag(scalar.getTag(), event);
            }
            if (depth > DEEPEST) {
                throw new RefusedYamlException("nested more than " + DEEPEST + " deep", event);
            }
            return event;
        }

        private static void refuseTag(Optional<String> tag, Event event) {
            if (tag.isPresent()) {
                throw new RefusedYamlException("tags such as " + Quoted.of(tag.get()) + " are not supported", event);
            }
        }
    }

    private static final class RefusedYamlException extends MarkedYamlEngineException {

        private static final long serialVersionUID = 1;

        RefusedYamlException(String why, Event event) {
            super(null, Optional.empty(), why, event.getStartMark());
        }
    }
}
