package io.loadshare.config;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.Suggestions;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.Tag;
import io.loadshare.software.Program;
import io.loadshare.software.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The types of settings. These are classes, because each lambda would delay every start of the program by a fifth of a
 * millisecond.
 */
final class ValueReaders {

    /** Any nonempty text. */
    static final ValueReader<String> TEXT = new Scalar<>("text") {
        @Override
        String parse(String text) {
            return text;
        }
    };

    /** A name for use in messages, on the command line and in record files. */
    static final ValueReader<String> NAME =
            new Scalar<>("a word of letters, digits, '.', '-' and '_' that does not begin with '.' or '-'") {
                @Override
                String parse(String text) {
                    return HostName.isWord(text) ? text : null;
                }
            };

    static final ValueReader<Tag> TAG = written -> new Tag(NAME.read(written));

    /** One word for another program's argv that cannot be mistaken for an option. */
    static final ValueReader<String> ARGUMENT = new Scalar<>("one word that does not begin with '-'") {
        @Override
        String parse(String text) {
            return HostName.isArgument(text) ? text : null;
        }
    };

    /** The file name of a program. */
    static final ValueReader<Program> PROGRAM = new Scalar<>("the name of a program, without its directory") {
        @Override
        Program parse(String text) {
            return Program.parse(text);
        }
    };

    static final ValueReader<Duration> DURATION = new Scalar<>("a duration such as 30s or 1h30m") {
        @Override
        Duration parse(String text) {
            return Durations.parse(text);
        }
    };

    static final ValueReader<Long> BYTES = new Scalar<>("a number of bytes such as 512M or 8G") {
        @Override
        Long parse(String text) {
            return Numbers.parseBytes(text);
        }
    };

    /** A boolean as in YAML 1.2, or {@code yes} and {@code no} as in SCICLUST and YAML 1.1. */
    static final ValueReader<Boolean> YES_OR_NO = new Scalar<>("true or false") {
        @Override
        Boolean parse(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "yes" -> Boolean.TRUE;
                case "false", "no" -> Boolean.FALSE;
                default -> null;
            };
        }
    };

    static final ValueReader<Integer> WHOLE_NUMBER = new Scalar<>("a whole number") {
        @Override
        Integer parse(String text) {
            return Numbers.parseWhole(text);
        }
    };

    /** A finite decimal number. */
    static final ValueReader<Double> NUMBER = new Scalar<>("a number") {
        @Override
        Double parse(String text) {
            return Numbers.parse(text);
        }
    };

    /** At least one host. */
    static final ValueReader<List<HostName>> HOSTS = new Scalar<>("a node set such as \"l[01-36],big1\"") {
        @Override
        List<HostName> parse(String text) {
            return HostSet.parse(text);
        }
    };

    /** One element of an argv: any text, but an empty one must be quoted. */
    static final ValueReader<String> WORD = written -> {
        if (written.isBlank() || written.text() == null) {
            throw new ValueReader.UnexpectedValueException(
                    "text, in quotes where it is empty or begins with a bracket or brace");
        }
        return written.text();
    };

    /** One element of an argv, with the placeholders of software. */
    static final ValueReader<String> TEMPLATE = template(Template.PLACEHOLDERS);

    private ValueReaders() {}

    /** The constants of an enum by their names in lower case. */
    static <T extends Enum<T>> ValueReader<T> oneOf(T[] constants) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T constant : constants) {
            words.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return new Scalar<>("one of " + String.join(", ", words.keySet())) {
            @Override
            T parse(String text) {
                return words.get(text);
            }

            @Override
            String hint(String text) {
                return Suggestions.didYouMean(text, words.keySet());
            }
        };
    }

    /** One element of an argv, with placeholders. */
    static ValueReader<String> template(Collection<String> placeholders) {
        return written -> {
            Template.placeholders(WORD.read(written), placeholders);
            return written.text();
        };
    }

    /** A file on this machine: an absolute path, or a path below the home directory after {@code ~/}. */
    static ValueReader<Path> path(Path home) {
        return new Scalar<>("a path that begins with '/' or '~/'") {
            @Override
            Path parse(String text) {
                if (text.equals("~") || text.startsWith("~/")) {
                    return home.resolve(text.substring(Math.min(2, text.length())));
                }
                return text.startsWith("/") ? Path.of(text) : null;
            }
        };
    }

    /** A type whose values are a nonblank scalar. */
    private abstract static class Scalar<T> implements ValueReader<T> {

        private final String expected;

        /** @param expected the expected type, for messages */
        Scalar(String expected) {
            this.expected = expected;
        }

        @Override
        public T read(YamlValue written) {
            String text = written.text();
            T value = text == null || text.isBlank() ? null : parse(text);
            if (value == null) {
                throw new UnexpectedValueException(expected, text == null ? "" : hint(text));
            }
            return value;
        }

        /** Returns the value, or null if the text has another type. */
        abstract T parse(String text);

        /** Returns a suggestion for a text of another type. */
        String hint(String text) {
            return "";
        }
    }
}
