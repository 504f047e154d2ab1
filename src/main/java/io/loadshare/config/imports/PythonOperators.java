package io.loadshare.config.imports;

import io.loadshare.config.imports.PythonExpression.NotPlain;
import io.loadshare.config.imports.PythonExpression.Scope;
import java.util.ArrayList;
import java.util.List;

/** What operators and the few known functions do. */
final class PythonOperators {

    private PythonOperators() {}

    static Object apply(String operator, Object left, Object right, Scope scope) {
        scope.spend(1 + size(left) + size(right));
        if (operator.equals("%") && left instanceof String format) {
            return format(format, right instanceof List<?> list ? list : List.of(right));
        }
        if (operator.equals("+") && left instanceof String a && right instanceof String b) {
            return a + b;
        }
        if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
            List<Object> sum = new ArrayList<>(a);
            sum.addAll(b);
            return sum;
        }
        if (operator.equals("*") && left instanceof List<?> list && right instanceof Long times) {
            scope.spend(Math.max(0, times));
            scope.spend(Math.max(0, times) * list.size());
            List<Object> product = new ArrayList<>();
            for (long i = 0; i < times; i++) {
                product.addAll(list);
            }
            return product;
        }
        if (left instanceof Number a && right instanceof Number b) {
            return arithmetic(operator, a, b);
        }
        throw new NotPlain("applies '" + operator + "' to something else than numbers, strings or lists");
    }

    private static long size(Object value) {
        return value instanceof String text ? text.length() : value instanceof List<?> list ? list.size() : 1;
    }

    private static Object arithmetic(String operator, Number a, Number b) {
        boolean whole = a instanceof Long && b instanceof Long;
        try {
            return switch (operator) {
                case "+" ->
                    whole ? (Object) Math.addExact(a.longValue(), b.longValue()) : a.doubleValue() + b.doubleValue();
                case "-" ->
                    whole
                            ? (Object) Math.subtractExact(a.longValue(), b.longValue())
                            : a.doubleValue() - b.doubleValue();
                case "*" ->
                    whole
                            ? (Object) Math.multiplyExact(a.longValue(), b.longValue())
                            : a.doubleValue() * b.doubleValue();
                default -> throw new NotPlain("applies '" + operator + "' to numbers");
            };
        } catch (ArithmeticException e) {
            throw new NotPlain("has a number that is too large");
        }
    }

    static Object call(String function, List<Object> arguments, Scope scope) {
        if (function.equals("range")) {
            return range(arguments, scope);
        }
        Object argument = arguments.get(0);
        if (function.equals("str") && (argument instanceof String || argument instanceof Long)) {
            return argument.toString();
        }
        if (!function.equals("str") && argument instanceof List<?>) {
            return argument;
        }
        throw new NotPlain("calls " + function + "() with something else than text, a whole number or a list");
    }

    private static List<Object> range(List<Object> arguments, Scope scope) {
        if (!arguments.stream().allMatch(Long.class::isInstance)) {
            throw new NotPlain("calls range() with something else than whole numbers");
        }
        long start = arguments.size() == 1 ? 0 : (Long) arguments.get(0);
        long end = (Long) arguments.get(arguments.size() == 1 ? 0 : 1);
        long step = arguments.size() == 3 ? (Long) arguments.get(2) : 1;
        if (step == 0) {
            throw new NotPlain("calls range() with step 0");
        }
        List<Object> numbers = new ArrayList<>();
        for (long number = start; step > 0 ? number < end : number > end; number = Math.addExact(number, step)) {
            scope.spend(1);
            numbers.add(number);
        }
        return numbers;
    }

    /** Python's {@code %} with {@code %s}, {@code %d}, {@code %i}, widths, zeros and {@code %%}. */
    private static String format(String format, List<?> values) {
        StringBuilder result = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            if (format.charAt(i) != '%') {
                result.append(format.charAt(i));
                continue;
            }
            int end = i + 1;
            while (end < format.length() && end < i + 4 && Character.isDigit(format.charAt(end))) {
                end++;
            }
            char type = end < format.length() ? format.charAt(end) : ' ';
            if (type == '%' && end == i + 1) {
                result.append('%');
            } else {
                if (next == values.size()) {
                    throw new NotPlain("formats more values than there are");
                }
                result.append(formatted(format.substring(i + 1, end), type, values.get(next++)));
            }
            i = end;
        }
        if (next < values.size()) {
            throw new NotPlain("formats fewer values than there are");
        }
        return result.toString();
    }

    private static String formatted(String width, char type, Object value) {
        boolean number = value instanceof Long && (type == 'd' || type == 'i');
        boolean text = type == 's' && (value instanceof String || value instanceof Long);
        if (!number && !text) {
            throw new NotPlain("formats a value with '%" + width + type + "'");
        }
        String fill = number && width.startsWith("0") ? "0" : " ";
        int missing =
                width.isEmpty() ? 0 : Integer.parseInt(width) - value.toString().length();
        return fill.repeat(Math.max(0, missing)) + value;
    }
}
