package io.loadshare.config.imports;

import io.loadshare.Quoted;
import io.loadshare.config.Position;
import io.loadshare.config.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the assignments of literals in a Python file. Nothing is executed: every other line is reported, and a name that it
 * may change counts as not assigned.
 */
final class PythonFile {

    /** A name's value, and where it was assigned. */
    record Assignment(Object value, Position where) {}

    /** A kind of token, and what it looks like. The possessive quantifiers keep Java from recursing for each character. */
    enum Kind {
        BLANK("[ \\t\\r\\f]++|\\\\\\r?\\n|#[^\\n]*+"),
        END("\\n"),
        /** The one form that is more than a literal: {@code ['l%02d' % i for i in range(1, 37)]}. */
        SERIES(
                "\\[\\s*+(?<q>['\"])[\\w.-]*+%(?:0?[1-9])?d[\\w.-]*+\\k<q>\\s*+%\\s*+(?<i>\\w++)\\s++for\\s++\\k<i>\\s++in"
                        + "\\s++range\\s*+\\(\\s*+\\d{1,9}\\s*+,\\s*+\\d{1,9}\\s*+\\)\\s*+\\]"),
        STRING("[uUrRbB]{0,2}(?:(?<l>'''|\"\"\")(?:\\\\.|(?!\\k<l>)[^\\\\])*+\\k<l>"
                + "|(?<s>['\"])(?:\\\\.|(?!\\k<s>)[^\\\\\\n])*+\\k<s>)"),
        NUMBER("-?(?:(?!0\\d)\\d++\\.?\\d*+|\\.\\d++)(?:[eE][-+]?\\d++)?+"),
        NAME("[\\w&&\\D]\\w*+"),
        OPERATOR("[-+*/%=!<>]=|.");

        private final String pattern;

        Kind(String pattern) {
            this.pattern = pattern;
        }
    }

    record Token(Kind kind, String text) {

        boolean is(String word) {
            return text.equals(word);
        }
    }

    /** A logical line: where it begins, whether it is part of a block, its first line for messages, and its tokens. */
    record Line(int number, boolean indented, String source, List<Token> tokens) {}

    private static final Pattern TOKEN = Pattern.compile(
            Arrays.stream(Kind.values())
                    .map(kind -> "(?<" + kind + ">" + kind.pattern + ")")
                    .collect(Collectors.joining("|")),
            Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS);

    private static final Set<String> BLOCKS =
            Set.of("if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally", "with");
    private static final Set<String> BEFORE_CHANGED_NAME = Set.of("for", "as", "import", "def", "class", "del");
    private static final Set<String> ASSIGNING = Set.of("=", "+=", "-=", "*=", "/=", "%=");

    private PythonFile() {}

    /** The assignments by name, in the order of the names' first ones. */
    static Map<String, Assignment> read(String file, String text, Consumer<Problem> notes) {
        Map<String, Assignment> assignments = new LinkedHashMap<>();
        boolean inBlock = false;
        for (Line line : lines(text)) {
            Position where = new Position(file, line.number(), 0);
            List<Token> tokens = line.tokens();
            boolean continues = inBlock && line.indented();
            inBlock = continues || BLOCKS.contains(tokens.get(0).text());
            boolean assigns =
                    !line.indented() && tokens.size() > 2 && tokens.get(1).is("=");
            Object value = assigns ? PythonLiteral.read(tokens.subList(2, tokens.size())) : null;
            if (value != null && tokens.get(0).kind() == Kind.NAME) {
                assignments.put(tokens.get(0).text(), new Assignment(value, where));
                continue;
            }
            String forgotten = forgetChanged(assignments, tokens);
            if (!continues && tokens.get(0).kind() != Kind.STRING || !forgotten.isEmpty()) {
                String what = Quoted.of(line.source()) + " is not imported: it is not an assignment of a plain literal";
                notes.accept(new Problem(where, what + forgotten));
            }
        }
        return assignments;
    }

    /** The logical lines: a line ends where no bracket is open. */
    private static List<Line> lines(String file) {
        String text = file + "\n";
        List<Line> lines = new ArrayList<>();
        List<Token> tokens = new ArrayList<>();
        int number = 1;
        int depth = 0;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            Kind kind = Arrays.stream(Kind.values())
                    .filter(candidate -> matcher.group(candidate.name()) != null)
                    .findFirst()
                    .orElseThrow();
            Token token = new Token(kind, matcher.group());
            if (kind == Kind.END && depth == 0) {
                tokens = new ArrayList<>();
            } else if (kind != Kind.BLANK && kind != Kind.END) {
                if (tokens.isEmpty()) {
                    int lineStart = text.lastIndexOf('\n', matcher.start() - 1) + 1;
                    String source = text.substring(lineStart, text.indexOf('\n', lineStart))
                            .strip();
                    lines.add(new Line(number, matcher.start() > lineStart, source, tokens));
                }
                tokens.add(token);
                depth = Math.max(0, depth + ("([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0));
            }
            number += (int) token.text().chars().filter(c -> c == '\n').count();
        }
        return lines;
    }

    /** Removes the names that a line may change, and names them for its report. */
    private static String forgetChanged(Map<String, Assignment> assignments, List<Token> tokens) {
        StringBuilder forgotten = new StringBuilder();
        int assigning = tokens.size() - 1;
        while (assigning > 0 && !ASSIGNING.contains(tokens.get(assigning).text())) {
            assigning--;
        }
        for (int i = 0; i < tokens.size(); i++) {
            boolean changed = i < assigning
                    || i > 0 && BEFORE_CHANGED_NAME.contains(tokens.get(i - 1).text())
                    || i + 1 < tokens.size() && tokens.get(i + 1).is(".");
            String name = tokens.get(i).text();
            if (changed && assignments.containsKey(name)) {
                int line = assignments.remove(name).where().line();
                forgotten.append("; it may change %s, so line %d is not imported either".formatted(name, line));
            }
        }
        return forgotten.toString();
    }
}
