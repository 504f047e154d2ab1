package io.loadshare.config.imports;

import io.loadshare.Quoted;
import io.loadshare.config.Position;
import io.loadshare.config.Problem;
import io.loadshare.config.imports.PythonExpression.NotPlain;
import io.loadshare.config.imports.PythonExpression.Scope;
import io.loadshare.config.imports.PythonTokens.Kind;
import io.loadshare.config.imports.PythonTokens.Line;
import io.loadshare.config.imports.PythonTokens.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the plain assignments of a Python file. Nothing is executed; whatever is not plain is reported with its line. */
final class PythonFile {

    /** A name's last value, and where it was assigned. */
    record Assignment(Object value, Position where) {}

    private static final Set<String> BLOCKS =
            Set.of("if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally", "with");

    private final String file;
    private final Consumer<Problem> notes;
    private final Scope scope = new Scope();
    private final Map<String, Assignment> assignments = new LinkedHashMap<>();
    private boolean inBlock;

    private PythonFile(String file, Consumer<Problem> notes) {
        this.file = file;
        this.notes = notes;
    }

    /** The assignments by name, in the order of the names' first ones. */
    static Map<String, Assignment> read(String file, String text, Consumer<Problem> notes) {
        PythonFile reader = new PythonFile(file, notes);
        PythonTokens.lines(text).forEach(reader::read);
        return reader.assignments;
    }

    private void read(Line line) {
        Token first = line.tokens().get(0);
        if (line.indented() && inBlock) {
            return;
        }
        inBlock = first.kind() == Kind.NAME && BLOCKS.contains(first.text());
        if (inBlock || line.indented()) {
            note(line, "is no plain assignment");
            return;
        }
        List<Token> statement = new ArrayList<>();
        for (Token token : line.tokens()) {
            if (token.is(";")) {
                statement(line, statement);
                statement = new ArrayList<>();
            } else {
                statement.add(token);
            }
        }
        statement(line, statement);
    }

    private void statement(Line line, List<Token> tokens) {
        boolean nothing = tokens.isEmpty()
                || tokens.size() == 1
                        && (tokens.get(0).kind() == Kind.STRING
                                || tokens.get(0).text().equals("pass"));
        if (nothing) {
            return;
        }
        boolean assigns = tokens.size() > 2
                && tokens.get(0).kind() == Kind.NAME
                && tokens.get(1).is("=");
        boolean adds = tokens.size() > 2
                && tokens.get(0).kind() == Kind.NAME
                && tokens.get(1).is("+=");
        if (!assigns && !adds) {
            note(line, "is no plain assignment");
            return;
        }
        String name = tokens.get(0).text();
        try {
            Object value =
                    new PythonParser(tokens.subList(2, tokens.size())).parse().value(scope);
            value = adds ? PythonOperators.apply("+", scope.get(name), value, scope) : value;
            scope.put(name, value);
            assignments.put(name, new Assignment(value, new Position(file, line.number(), 0)));
        } catch (NotPlain e) {
            scope.forget(name);
            assignments.remove(name);
            note(line, e.getMessage());
        }
    }

    private void note(Line line, String why) {
        notes.accept(
                new Problem(new Position(file, line.number(), 0), Quoted.of(line.source()) + " " + why + "; left out"));
    }
}
