package io.loadshare.software;

import io.loadshare.Suggestions;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * An argv element of a launcher, in which {@code {name}} stands for a value. {@code {name:m}} is the value as a Matlab
 * string, quotes included. Inserted values are never parsed again. Braces around anything but one word are text ({@code
 * {1,2}}); {@code {{name}}} is the text {@code {name}}.
 */
public final class Template {

    /** The known placeholders. */
    public static final List<String> PLACEHOLDERS = List.of("version", "path", "modality", "title", "eval", "slots");

    /** Returns the value of {@code {slots}}: at least 1, because a job that reserves no slots still uses a core. */
    static String slots(int reserved) {
        return Integer.toString(Math.max(1, reserved));
    }

    private Template() {}

    /**
     * @throws IllegalArgumentException if a placeholder is unknown
     */
    public static void check(String template) {
        placeholders(template);
    }

    /**
     * Returns the names of the placeholders in a template, all of which must be among the known ones.
     *
     * @throws IllegalArgumentException if a placeholder is unknown
     */
    public static Set<String> placeholders(String template, Collection<String> known) {
        Set<String> names = new HashSet<>();
        fill(template, known, name -> {
            names.add(name);
            return "";
        });
        return names;
    }

    /**
     * Returns the names of the placeholders in a template.
     *
     * @throws IllegalArgumentException if a placeholder is unknown
     */
    static Set<String> placeholders(String template) {
        return placeholders(template, PLACEHOLDERS);
    }

    /**
     * Returns the text with its placeholders replaced.
     *
     * @throws IllegalArgumentException if a placeholder is unknown or has no value
     */
    public static String expand(String template, Map<String, String> values) {
        Set<String> known = new LinkedHashSet<>(PLACEHOLDERS);
        known.addAll(values.keySet());
        return fill(template, known, name -> {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no value for placeholder '{" + name + "}'");
            }
            return value;
        });
    }

    private static String fill(String template, Collection<String> known, UnaryOperator<String> values) {
        StringBuilder result = new StringBuilder();
        int position = 0;
        while (position < template.length()) {
            int end = placeholderEnd(template, position);
            if (end > 0) {
                result.append(value(template.substring(position + 1, end - 1), known, values));
            } else if (template.startsWith("{{", position)
                    && (end = placeholderEnd(template, position + 1)) > 0
                    && template.startsWith("}", end)) {
                result.append(template, position + 1, end);
                end++;
            } else {
                end = position + 1;
                result.append(template.charAt(position));
            }
            position = end;
        }
        return result.toString();
    }

    /** Returns the position after the <code>{word}</code> or <code>{word:m}</code> that begins here, or -1. */
    private static int placeholderEnd(String template, int start) {
        if (template.charAt(start) != '{') {
            return -1;
        }
        int end = start + 1;
        while (end < template.length() && Character.isLetter(template.charAt(end))) {
            end++;
        }
        if (end == start + 1) {
            return -1;
        }
        end += template.startsWith(":m", end) ? 2 : 0;
        return template.startsWith("}", end) ? end + 1 : -1;
    }

    private static String value(String placeholder, Collection<String> known, UnaryOperator<String> values) {
        boolean matlab = placeholder.endsWith(":m");
        String name = matlab ? placeholder.substring(0, placeholder.length() - 2) : placeholder;
        if (!known.contains(name)) {
            throw new IllegalArgumentException("unknown placeholder '{" + placeholder + "}'"
                    + Suggestions.didYouMean(name, known) + " (known: " + String.join(", ", known)
                    + "; to write the text itself, use '{{" + placeholder + "}}')");
        }
        String value = values.apply(name);
        return matlab ? matlabString(value) : value;
    }

    /**
     * Returns a Matlab expression for the text: quoted, with doubled quotes, and with character codes for line ends,
     * which a Matlab string cannot contain.
     */
    static String matlabString(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? quoted
                : "[" + quoted.replace("\r", "',char(13),'").replace("\n", "',char(10),'") + "]";
    }
}
