package io.loadshare.config.imports;

import io.loadshare.config.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads SCICLUST's option files: an option's keyword, and after it its values, strings in double quotes. Brackets,
 * commas, colons and equals signs between them mean nothing, and {@code ;} and {@code #} begin comments, so that
 * {@code nodes "a" "b"}, {@code (nodes "a" "b")} and {@code nodes = "a", "b"} are the same.
 */
final class SciclustFile {

    /**
     * A word or string.
     *
     * @param first whether it begins a line or follows an opening parenthesis
     * @param depth how many parentheses are open
     * @param group which pair of parentheses it stands in; 0 for none
     */
    record Token(String text, boolean quoted, boolean first, int depth, int group, Position where) {}

    /** An option with its values. */
    record Option(String name, Token keyword, List<Token> values) {

        Position where() {
            return keyword.where();
        }

        /** Whether a word can only be a value, since the parentheses around the option are still open. */
        private boolean encloses(Token token) {
            return token.depth() > keyword.depth() || token.group() != 0 && token.group() == keyword.group();
        }
    }

    /** Words of the Scheme language that may stand around an option. */
    private static final Set<String> NOISE = Set.of("define", "set!", "setq", "list", "quote", ".", "-", "->");

    private final String file;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int lineStart;
    private boolean first = true;
    private final Deque<Integer> groups = new ArrayDeque<>(List.of(0));
    private int lastGroup;

    private SciclustFile(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * The options of a file in their order.
     *
     * @param isOption whether a word is the name of a known option
     * @param isList whether a known option takes any number of values
     */
    static List<Option> read(String file, String text, Predicate<String> isOption, Predicate<String> isList) {
        List<Option> options = new ArrayList<>();
        for (Token token : new SciclustFile(file, text).tokens()) {
            String name = token.text().toLowerCase(Locale.ROOT).replace('_', '-');
            Option last = options.isEmpty() ? null : options.get(options.size() - 1);
            boolean enclosed = last != null && last.encloses(token);
            boolean goesOn =
                    last != null && isList.test(last.name()) && token.where().column() > 1;
            boolean begins = !token.quoted()
                    && token.first()
                    && !enclosed
                    && (isOption.test(name) || !goesOn && Character.isLetter(name.charAt(0)));
            if (begins || last == null) {
                options.add(new Option(name, token, new ArrayList<>()));
            } else {
                last.values().add(token);
            }
        }
        return options;
    }

    private List<Token> tokens() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '\n') {
                position++;
                line++;
                lineStart = position;
                first = true;
            } else if (c == ';' || c == '#' && !isBoolean()) {
                skipTo("\n");
            } else if (c == '"') {
                string();
            } else if (isSeparator(c)) {
                position++;
                separator(c);
            } else {
                word();
            }
        }
        return tokens;
    }

    private void separator(char c) {
        if (c == '(') {
            first = true;
            groups.push(++lastGroup);
        } else if (c == ')' && groups.size() > 1) {
            groups.pop();
        }
    }

    /** Scheme's {@code #t} and {@code #f}. */
    private boolean isBoolean() {
        boolean letter = text.startsWith("#t", position) || text.startsWith("#f", position);
        return letter && (position + 2 == text.length() || isSeparator(text.charAt(position + 2)));
    }

    private static boolean isSeparator(char c) {
        return Character.isWhitespace(c) || "()[]{},=:'`".indexOf(c) >= 0;
    }

    private void skipTo(String ends) {
        while (position < text.length() && ends.indexOf(text.charAt(position)) < 0) {
            position++;
        }
    }

    private void string() {
        int start = position++;
        StringBuilder value = new StringBuilder();
        while (position < text.length() && text.charAt(position) != '"' && text.charAt(position) != '\n') {
            if (text.charAt(position) == '\\' && position + 1 < text.length() && text.charAt(position + 1) != '\n') {
                position++;
            }
            value.append(text.charAt(position++));
        }
        if (position < text.length() && text.charAt(position) == '"') {
            position++;
        }
        add(value.toString(), true, start);
    }

    private void word() {
        int start = position++;
        while (position < text.length()
                && !isSeparator(text.charAt(position))
                && ";\"".indexOf(text.charAt(position)) < 0) {
            position++;
        }
        String word = text.substring(start, position);
        if (!NOISE.contains(word)) {
            add(word, false, start);
        }
    }

    private void add(String value, boolean quoted, int start) {
        Position where = new Position(file, line, start - lineStart + 1);
        tokens.add(new Token(value, quoted, first, groups.size() - 1, groups.peek(), where));
        first = false;
    }
}
