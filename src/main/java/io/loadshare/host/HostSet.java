package io.loadshare.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets of host names in ClusterShell's node-set syntax: {@code l[01-36],big1}, steps {@code n[0-10/2]}, several
 * brackets {@code r[1-2]n[1-4]}, and from left to right {@code ,} (union), {@code !} (difference), {@code &}
 * (intersection) and {@code ^} (one or the other). Zero padding is kept: {@code [01-36]} gives {@code 01} to {@code
 * 36}.
 */
public final class HostSet {

    /**
     * The largest set. It is larger than any site, so a typing error such as {@code [1-99999999]} is rejected rather
     * than expanded.
     */
    public static final int MAX_HOSTS = 100_000;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9})(?:/(\\d{1,9}))?)?");
    private static final Pattern BRACKETS = Pattern.compile("\\[[^]]*]");
    private static final Pattern LAST_NUMBER = Pattern.compile("^(.*?)(\\d{1,9})(\\D*)$");

    private HostSet() {}

    /**
     * Expands a node-set expression to its names, at least one, in order and without duplicates.
     *
     * @throws IllegalArgumentException if the expression is malformed or contains no host; the message names the offending
     *     part
     */
    public static List<HostName> parse(String expression) {
        Set<HostName> result = new LinkedHashSet<>();
        int depth = 0;
        int start = 0;
        int expanded = 0;
        char operator = ',';
        for (int i = 0; i <= expression.length(); i++) {
            char c = i < expression.length() ? expression.charAt(i) : ',';
            if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            } else if (i == expression.length() || (depth == 0 && ",!&^".indexOf(c) >= 0)) {
                Set<HostName> part = expand(expression.substring(start, i).strip(), expression);
                combine(result, operator, part);
                expanded += part.size();
                if (expanded > 10 * MAX_HOSTS) {
                    throw new IllegalArgumentException("node set contains more than " + 10 * MAX_HOSTS + " hosts");
                }
                operator = c;
                start = i + 1;
            }
        }
        if (result.isEmpty()) {
            throw new IllegalArgumentException("node set '" + expression + "' contains no host");
        }
        return List.copyOf(result);
    }

    private static void combine(Set<HostName> left, char operator, Set<HostName> right) {
        switch (operator) {
            case '!' -> left.removeAll(right);
            case '&' -> left.retainAll(right);
            case '^' -> {
                for (HostName name : right) {
                    if (!left.remove(name)) {
                        left.add(name);
                    }
                }
            }
            default -> left.addAll(right);
        }
        if (left.size() > MAX_HOSTS) {
            throw new IllegalArgumentException("node set expands to more than " + MAX_HOSTS + " hosts");
        }
    }

    private static Set<HostName> expand(String term, String expression) {
        if (term.isEmpty()) {
            throw new IllegalArgumentException("node set '" + expression + "' has an empty part");
        }
        refuseForeignSyntax(term);
        List<String> names = List.of("");
        int position = 0;
        while (position < term.length()) {
            int open = term.indexOf('[', position);
            int literalEnd = open < 0 ? term.length() : open;
            List<String> alternatives = List.of(term.substring(position, literalEnd));
            names = product(names, alternatives);
            if (open < 0) {
                break;
            }
            int close = term.indexOf(']', open);
            if (close < 0) {
                throw new IllegalArgumentException("node set '" + term + "' has no closing ']'");
            }
            names = product(names, ranges(term.substring(open + 1, close), term));
            position = close + 1;
        }
        Set<HostName> result = new LinkedHashSet<>();
        names.forEach(name -> result.add(new HostName(name)));
        return result;
    }

    /** Refuses what other programs expand, with what to write instead. */
    private static void refuseForeignSyntax(String term) {
        String why = null;
        if (term.chars().anyMatch(c -> c == '@' || c == '*' || c == '?')) {
            why = "groups and wildcards are not supported. List the hosts, or name a pool.";
        } else if (term.indexOf('{') >= 0 || term.indexOf('}') >= 0) {
            why = "braces belong to the shell. Write ranges in square brackets: n[1-3].";
        } else if (BRACKETS.matcher(term).replaceAll("").chars().anyMatch(Character::isWhitespace)) {
            why = "blanks do not separate hosts. Separate them by commas: " + term.replaceAll("\\s+", ",");
        } else if (BRACKETS.matcher(term).replaceAll("").indexOf(']') >= 0) {
            why = "the ']' has no opening '['.";
        }
        if (why != null) {
            throw new IllegalArgumentException("node set '" + term + "' cannot be read: " + why);
        }
    }

    private static List<String> product(List<String> heads, List<String> tails) {
        if ((long) heads.size() * tails.size() > MAX_HOSTS) {
            throw new IllegalArgumentException("node set expands to more than " + MAX_HOSTS + " hosts");
        }
        List<String> result = new ArrayList<>(heads.size() * tails.size());
        for (String head : heads) {
            for (String tail : tails) {
                result.add(head + tail);
            }
        }
        return result;
    }

    private static List<String> ranges(String text, String term) {
        List<String> result = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = RANGE.matcher(part.strip());
            String range = "range '" + part + "' in '" + term + "' ";
            if (!matcher.matches()) {
                throw new IllegalArgumentException(range + "must be N, N-M or N-M/STEP with at most 9 digits");
            }
            String from = matcher.group(1);
            String to = matcher.group(2) == null ? from : matcher.group(2);
            int first = Integer.parseInt(from);
            int last = Integer.parseInt(to);
            int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
            if (last < first || step < 1) {
                throw new IllegalArgumentException(range + "must increase by a step of at least 1; did you mean '"
                        + Math.min(first, last) + "-" + Math.max(first, last) + "'?");
            }
            if (from.length() != to.length() && (isPadded(from) || isPadded(to))) {
                throw new IllegalArgumentException(
                        range + "must have both ends padded to the same length; did you mean '"
                                + padded(first, to.length()) + "-" + padded(last, to.length()) + "'?");
            }
            if ((last - first) / step >= MAX_HOSTS) {
                throw new IllegalArgumentException(range + "expands to more than " + MAX_HOSTS + " hosts");
            }
            for (long number = first; number <= last; number += step) {
                result.add(padded(number, isPadded(from) ? from.length() : 0));
            }
        }
        return result;
    }

    /** Folds names into one short node-set expression: {@code l01, l02, l04} becomes {@code l[01-02,04]}. */
    public static String fold(Collection<HostName> names) {
        Set<Series> padded = new HashSet<>();
        for (HostName name : names) {
            Matcher matcher = LAST_NUMBER.matcher(name.value());
            if (matcher.matches() && matcher.group(2).startsWith("0")) {
                padded.add(new Series(matcher.group(1), matcher.group(2).length(), matcher.group(3)));
            }
        }
        Map<Series, TreeSet<Long>> folded = new LinkedHashMap<>();
        for (HostName name : names) {
            Matcher matcher = LAST_NUMBER.matcher(name.value());
            if (matcher.matches()) {
                Series series = new Series(matcher.group(1), matcher.group(2).length(), matcher.group(3));
                Series key = padded.contains(series) ? series : new Series(series.prefix(), 0, series.suffix());
                folded.computeIfAbsent(key, k -> new TreeSet<>()).add(Long.parseLong(matcher.group(2)));
            } else {
                folded.put(new Series(name.value(), Series.NO_NUMBER, ""), new TreeSet<>());
            }
        }
        List<String> parts = new ArrayList<>();
        folded.forEach((series, numbers) -> parts.add(series.print(numbers)));
        return String.join(",", parts);
    }

    /**
     * A group of names that differ only in a number padded with zeros to {@code width} digits (0: not padded), or one
     * name without a number.
     */
    private record Series(String prefix, int width, String suffix) {

        static final int NO_NUMBER = -1;

        String print(TreeSet<Long> numbers) {
            String ranges = String.join(",", ranges(numbers, width));
            return prefix + (numbers.size() > 1 ? "[" + ranges + "]" : ranges) + suffix;
        }
    }

    private static List<String> ranges(TreeSet<Long> numbers, int width) {
        List<String> ranges = new ArrayList<>();
        Iterator<Long> rest = numbers.iterator();
        long first = -1;
        long last = -2;
        while (rest.hasNext()) {
            long number = rest.next();
            if (number != last + 1) {
                if (first >= 0) {
                    ranges.add(range(first, last, width));
                }
                first = number;
            }
            last = number;
        }
        if (first >= 0) {
            ranges.add(range(first, last, width));
        }
        return ranges;
    }

    private static String range(long first, long last, int width) {
        return first == last ? padded(first, width) : padded(first, width) + "-" + padded(last, width);
    }

    private static boolean isPadded(String digits) {
        return digits.length() > 1 && digits.startsWith("0");
    }

    private static String padded(long number, int width) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }
}
