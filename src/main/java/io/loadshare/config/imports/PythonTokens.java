package io.loadshare.config.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts a Python file into logical lines, each of which is one or more statements. */
final class PythonTokens {

    enum Kind {
        NAME,
        NUMBER,
        STRING,
        OPERATOR,
        /** Something that no plain assignment has. */
        OTHER
    }

    record Token(Kind kind, String text, int line) {

        boolean is(String operator) {
            return kind == Kind.OPERATOR && text.equals(operator);
        }
    }

    /**
     * One logical line.
     *
     * @param indented whether it is part of the block above it
     * @param source its first line, for messages
     */
    record Line(int number, boolean indented, String source, List<Token> tokens) {}

    private static final String OPERATORS = "+-*/%=()[]{},:.;";

    private final String text;
    private final List<Line> lines = new ArrayList<>();
    private List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int lineStart;
    private int depth;
    private String source;
    private boolean indented;

    private PythonTokens(String text) {
        this.text = text;
    }

    static List<Line> lines(String text) {
        PythonTokens reader = new PythonTokens(text);
        while (reader.position < text.length()) {
            reader.next();
        }
        reader.endLine();
        return reader.lines;
    }

    private void next() {
        char c = text.charAt(position);
        if (c == '\n') {
            if (depth == 0) {
                endLine();
            }
            newLine(1);
        } else if (c == '#') {
            position = endOfLine(position);
        } else if (c == '\\' && text.startsWith("\n", position + 1)) {
            newLine(2);
        } else if (Character.isWhitespace(c)) {
            position++;
        } else if (stringStart() >= 0) {
            string(stringStart());
        } else if (Character.isLetter(c) || c == '_') {
            word(Kind.NAME);
        } else if (isDigit(c) || c == '.' && position + 1 < text.length() && isDigit(text.charAt(position + 1))) {
            word(Kind.NUMBER);
        } else {
            operator(c);
        }
    }

    private void newLine(int characters) {
        position += characters;
        line++;
        lineStart = position;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private void endLine() {
        if (!tokens.isEmpty()) {
            lines.add(new Line(tokens.get(0).line(), indented, source, tokens));
            tokens = new ArrayList<>();
        }
        depth = 0;
    }

    private void add(Kind kind, String value) {
        if (tokens.isEmpty()) {
            source = text.substring(lineStart, endOfLine(lineStart)).strip();
            indented = Character.isWhitespace(text.charAt(lineStart));
        }
        tokens.add(new Token(kind, value, line));
    }

    private void operator(char c) {
        depth = Math.max(0, depth + ("([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0));
        boolean assignsToo = "+-*/%=".indexOf(c) >= 0 && text.startsWith("=", position + 1);
        String operator = text.substring(position, position + (assignsToo ? 2 : 1));
        add(OPERATORS.indexOf(c) >= 0 ? Kind.OPERATOR : Kind.OTHER, operator);
        position += operator.length();
    }

    private void word(Kind kind) {
        int start = position;
        while (position < text.length()
                && (Character.isLetterOrDigit(text.charAt(position))
                        || text.charAt(position) == '_'
                        || kind == Kind.NUMBER && isInNumber(position))) {
            position++;
        }
        add(kind, text.substring(start, position));
    }

    private boolean isInNumber(int at) {
        boolean afterExponent = "eE".indexOf(text.charAt(at - 1)) >= 0 && "+-".indexOf(text.charAt(at)) >= 0;
        return text.charAt(at) == '.' || afterExponent;
    }

    /** The position of the quote of a string that begins here, after prefixes that change nothing; -1 if none does. */
    private int stringStart() {
        int quote = position;
        while (quote < text.length() && "uUrRbB".indexOf(text.charAt(quote)) >= 0) {
            quote++;
        }
        return quote < text.length() && "'\"".indexOf(text.charAt(quote)) >= 0 ? quote : -1;
    }

    private void string(int quote) {
        boolean raw = text.substring(position, quote).toLowerCase(Locale.ROOT).indexOf('r') >= 0;
        String mark = text.substring(quote, quote + 1);
        String end = text.startsWith(mark.repeat(3), quote) ? mark.repeat(3) : mark;
        StringBuilder value = new StringBuilder();
        int at = quote + end.length();
        int lines = 0;
        int lastLineStart = lineStart;
        while (at < text.length() && !text.startsWith(end, at)) {
            char c = text.charAt(at);
            if (c == '\n') {
                if (end.length() == 1) {
                    break;
                }
                lines++;
                lastLineStart = at + 1;
            }
            boolean escape = c == '\\' && at + 1 < text.length();
            if (escape && text.charAt(at + 1) == '\n') {
                lines++;
                lastLineStart = at + 2;
            }
            value.append(escape && !raw ? unescaped(text.charAt(at + 1)) : text.substring(at, at + (escape ? 2 : 1)));
            at += escape ? 2 : 1;
        }
        boolean closed = text.startsWith(end, at);
        add(closed ? Kind.STRING : Kind.OTHER, value.toString());
        position = closed ? at + end.length() : at;
        line += lines;
        lineStart = lastLineStart;
    }

    /** What a backslash and a character stand for; an unknown pair stands for itself. */
    private static String unescaped(char c) {
        return switch (c) {
            case '\n' -> "";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '\\', '\'', '"' -> String.valueOf(c);
            default -> "\\" + c;
        };
    }
}
