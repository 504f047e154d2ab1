package io.loadshare.config.imports;

import io.loadshare.Quoted;
import io.loadshare.config.imports.PythonExpression.NotPlain;
import io.loadshare.config.imports.PythonTokens.Kind;
import io.loadshare.config.imports.PythonTokens.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads an expression from the tokens of a statement, by recursive descent. */
final class PythonParser {

    /** Parentheses in parentheses: settings have a few, and each costs some of the stack. */
    private static final int DEEPEST = 50;

    private final List<Token> tokens;
    private int position;
    private int depth;

    PythonParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The whole of the tokens as one expression; commas at the top make a tuple. */
    PythonExpression parse() {
        PythonExpression first = expression();
        PythonExpression result = peek(",") ? tuple(first, "") : first;
        if (position < tokens.size()) {
            throw new NotPlain("cannot be read from " + shown());
        }
        return result;
    }

    private PythonExpression expression() {
        if (++depth > DEEPEST) {
            throw new NotPlain("nested too deeply");
        }
        PythonExpression sum = chain(List.of("+", "-"), this::product);
        depth--;
        return sum;
    }

    private PythonExpression product() {
        return chain(List.of("*", "%"), this::signed);
    }

    /** Operands joined by operators of one rank, worked out from left to right. */
    private PythonExpression chain(List<String> operators, Supplier<PythonExpression> operand) {
        List<PythonExpression> operands = new ArrayList<>(List.of(operand.get()));
        List<String> between = new ArrayList<>();
        while (position < tokens.size()
                && tokens.get(position).kind() == Kind.OPERATOR
                && operators.contains(tokens.get(position).text())) {
            between.add(tokens.get(position++).text());
            operands.add(operand.get());
        }
        return operands.size() == 1
                ? operands.get(0)
                : scope -> {
                    Object result = operands.get(0).value(scope);
                    for (int i = 0; i < between.size(); i++) {
                        result = PythonOperators.apply(
                                between.get(i), result, operands.get(i + 1).value(scope), scope);
                    }
                    return result;
                };
    }

    private PythonExpression signed() {
        boolean negative = false;
        while (peek("+") || peek("-")) {
            negative ^= tokens.get(position++).is("-");
        }
        PythonExpression operand = atom();
        return negative ? scope -> PythonOperators.apply("-", 0L, operand.value(scope), scope) : operand;
    }

    private PythonExpression atom() {
        if (position == tokens.size()) {
            throw new NotPlain("ends too early");
        }
        Token token = tokens.get(position);
        return switch (token.kind()) {
            case STRING -> strings();
            case NUMBER -> number();
            case NAME -> name();
            case OPERATOR -> bracketed();
            case OTHER -> throw new NotPlain("cannot be read from " + shown());
        };
    }

    /** Strings that follow each other are one. */
    private PythonExpression strings() {
        StringBuilder text = new StringBuilder();
        while (position < tokens.size() && tokens.get(position).kind() == Kind.STRING) {
            text.append(tokens.get(position++).text());
        }
        String value = text.toString();
        return scope -> value;
    }

    private PythonExpression number() {
        String text = tokens.get(position++).text();
        Double number = ImportConversions.number(text);
        boolean whole = text.chars().allMatch(Character::isDigit);
        if (number == null || text.length() > 18 || whole && text.length() > 1 && text.startsWith("0")) {
            throw new NotPlain("has a number that is not plain: " + Quoted.of(text));
        }
        Object value = whole ? (Object) Long.valueOf(text) : number;
        return scope -> value;
    }

    private PythonExpression name() {
        String name = tokens.get(position++).text();
        if (peek("(")) {
            return call(name);
        }
        return switch (name) {
            case "True" -> scope -> true;
            case "False" -> scope -> false;
            case "None" -> scope -> PythonExpression.NONE;
            default -> scope -> scope.get(name);
        };
    }

    /** {@code range}, and the conversions that change nothing here or make text of a number. */
    private PythonExpression call(String function) {
        position++;
        List<PythonExpression> arguments = elements(")", new ArrayList<>());
        boolean known = function.equals("range") && !arguments.isEmpty() && arguments.size() <= 3
                || List.of("list", "tuple", "str").contains(function) && arguments.size() == 1;
        if (!known) {
            throw new NotPlain("calls " + function + "()");
        }
        return scope -> {
            List<Object> values = new ArrayList<>();
            arguments.forEach(argument -> values.add(argument.value(scope)));
            return PythonOperators.call(function, values, scope);
        };
    }

    private PythonExpression bracketed() {
        if (peek("(")) {
            position++;
            if (peek(")")) {
                position++;
                return scope -> List.of();
            }
            PythonExpression first = expression();
            if (peek(",")) {
                return tuple(first, ")");
            }
            expect(")");
            return first;
        }
        if (peek("[")) {
            position++;
            return list();
        }
        if (peek("{")) {
            position++;
            return dictionary();
        }
        throw new NotPlain("cannot be read from " + shown());
    }

    private PythonExpression tuple(PythonExpression first, String end) {
        position++;
        List<PythonExpression> elements = new ArrayList<>(List.of(first));
        return listOf(elements(end, elements));
    }

    private PythonExpression list() {
        if (peek("]")) {
            position++;
            return scope -> List.of();
        }
        PythonExpression first = expression();
        if (position < tokens.size() && tokens.get(position).text().equals("for")) {
            return comprehension(first);
        }
        if (!peek("]")) {
            expect(",");
        }
        return listOf(elements("]", new ArrayList<>(List.of(first))));
    }

    private static PythonExpression listOf(List<PythonExpression> elements) {
        return scope -> {
            scope.spend(elements.size());
            List<Object> list = new ArrayList<>();
            elements.forEach(element -> list.add(element.value(scope)));
            return list;
        };
    }

    /** Further elements up to the end; a comma may follow the last. */
    private List<PythonExpression> elements(String end, List<PythonExpression> elements) {
        while (!isAt(end)) {
            elements.add(expression());
            if (!isAt(end)) {
                expect(",");
            }
        }
        position += end.isEmpty() ? 0 : 1;
        return elements;
    }

    private PythonExpression comprehension(PythonExpression element) {
        position++;
        if (position >= tokens.size() || tokens.get(position).kind() != Kind.NAME) {
            throw new NotPlain("has a loop over more than one name");
        }
        String name = tokens.get(position++).text();
        if (position >= tokens.size() || !tokens.get(position++).text().equals("in")) {
            throw new NotPlain("has a loop over more than one name");
        }
        PythonExpression source = expression();
        expect("]");
        return scope -> {
            if (!(source.value(scope) instanceof List<?> values)) {
                throw new NotPlain("loops over something that is no list");
            }
            List<Object> list = new ArrayList<>();
            for (Object value : values) {
                scope.spend(1);
                list.add(scope.with(name, value, element));
            }
            return list;
        };
    }

    private PythonExpression dictionary() {
        Map<PythonExpression, PythonExpression> entries = new LinkedHashMap<>();
        while (!isAt("}")) {
            PythonExpression key = expression();
            expect(":");
            entries.put(key, expression());
            if (!isAt("}")) {
                expect(",");
            }
        }
        position++;
        return scope -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> map.put(key.value(scope), value.value(scope)));
            return map;
        };
    }

    /** Whether the end is reached; the empty end is that of the tokens. */
    private boolean isAt(String end) {
        if (position == tokens.size() && !end.isEmpty()) {
            throw new NotPlain("lacks '" + end + "'");
        }
        return position == tokens.size() || peek(end);
    }

    private boolean peek(String operator) {
        return position < tokens.size() && tokens.get(position).is(operator);
    }

    private void expect(String operator) {
        if (!peek(operator)) {
            throw new NotPlain(
                    position == tokens.size() ? "lacks '" + operator + "'" : "cannot be read from " + shown());
        }
        position++;
    }

    private String shown() {
        return Quoted.of(tokens.get(position).text());
    }
}
