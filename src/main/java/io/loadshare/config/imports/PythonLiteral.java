package io.loadshare.config.imports;

import io.loadshare.config.imports.PythonFile.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads a literal: strings, numbers, lists, tuples and dictionaries, strings and lists joined by {@code +}, and
 * {@link PythonFile.Kind#SERIES}. The values are {@link String}, {@link Double}, {@link List} (also for tuples) and {@link Map}.
 */
final class PythonLiteral {

    /** Settings have a few brackets in brackets, each of which takes some of the stack. */
    private static final int MAX_DEPTH = 50;

    private static final int MAX_END = 100_000;
    private static final Pattern SERIES =
            Pattern.compile("(?s)\\[\\s*['\"](.*%\\d*d.*)['\"].*\\(\\D*(\\d+)\\D+(\\d+)\\D+");

    private final List<Token> tokens;
    private int position;
    private int depth;

    private PythonLiteral(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The value of all tokens together; null if they are not a literal. */
    static Object read(List<Token> tokens) {
        PythonLiteral reader = new PythonLiteral(tokens);
        Object value = reader.elements("");
        return reader.position < tokens.size() ? null : value;
    }

    /** The elements up to a closing bracket; without a comma, the only one that is not in square brackets. */
    private Object elements(String end) {
        List<Object> list = new ArrayList<>();
        Map<Object, Object> map = new LinkedHashMap<>();
        boolean comma = true;
        while (!(end.isEmpty() ? position == tokens.size() : accept(end))) {
            Object key = comma ? sum() : null;
            Object value = key != null && end.equals("}") && accept(":") ? sum() : key;
            if (value == null || (value == key) == end.equals("}")) {
                return null;
            }
            list.add(value);
            map.put(key, value);
            comma = accept(",");
        }
        return end.equals("}") ? map : list.size() == 1 && !comma && !end.equals("]") ? list.get(0) : list;
    }

    private Object sum() {
        Object sum = depth++ < MAX_DEPTH ? term() : null;
        while (sum != null && accept("+")) {
            Object next = term();
            if (sum instanceof String left && next instanceof String right) {
                sum = left + right;
            } else if (sum instanceof List<?> left && next instanceof List<?> right) {
                List<Object> both = new ArrayList<>(left);
                both.addAll(right);
                sum = both;
            } else {
                sum = null;
            }
        }
        depth--;
        return sum;
    }

    private Object term() {
        if (position == tokens.size()) {
            return null;
        }
        Token token = tokens.get(position++);
        return switch (token.kind()) {
            case STRING -> token.text().replaceFirst("(?s)^\\w*('''|\"\"\"|'|\")(.*)\\1$", "$2");
            case NUMBER -> ImportConversions.number(token.text());
            case SERIES -> series(token.text());
            default ->
                token.is("[") ? elements("]") : token.is("(") ? elements(")") : token.is("{") ? elements("}") : null;
        };
    }

    private static List<String> series(String text) {
        Matcher form = SERIES.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3)) > MAX_END) {
            return null;
        }
        return IntStream.range(Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)))
                .mapToObj(form.group(1)::formatted)
                .toList();
    }

    private boolean accept(String operator) {
        boolean found = position < tokens.size() && tokens.get(position).is(operator);
        position += found ? 1 : 0;
        return found;
    }
}
