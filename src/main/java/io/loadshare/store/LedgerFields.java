package io.loadshare.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The part of a {@link LedgerLine} after the checksum: time, writer, kind, and {@code key=value} fields. In values and
 * in the writer's name, {@code %XX} stands for each byte of a space, a percent sign or a control character. One object
 * reads one line after the other. Not thread-safe.
 */
final class LedgerFields {

    /** The end of the year 9999: a later time is invalid, and arithmetic with it might overflow. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final Words words = new Words();
    private int[] keys = new int[16]; // the start of each field
    private int[] values = new int[16];
    private int[] ends = new int[16];
    private byte[] line;
    private int count;
    private Instant at;
    private String writer;
    private String kind;

    /** Prints the format that {@link #read} reads. */
    static final class Printer {

        private final StringBuilder text = new StringBuilder(160);

        Printer(Instant at, String writer, String kind) {
            text.append(decimal(at.getEpochSecond(), at.getNano())).append(' ');
            escape(writer, text);
            text.append(' ').append(kind);
        }

        Printer put(String key, Object value) {
            text.append(' ').append(key).append('=');
            escape(value.toString(), text);
            return this;
        }

        Printer put(String key, Optional<?> value) {
            value.ifPresent(present -> put(key, present));
            return this;
        }

        Printer put(String key, Duration value) {
            return put(key, decimal(value.getSeconds(), value.getNano()));
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    /**
     * Reads what a {@link Printer} has printed.
     *
     * @throws IllegalArgumentException if the bytes have another format
     */
    void read(byte[] bytes, int from, int to) {
        line = bytes;
        count = 0;
        int timeEnd = end(from, to);
        int writerEnd = end(timeEnd + 1, to);
        if (timeEnd == to || writerEnd == to) {
            throw new IllegalArgumentException("it lacks time, writer or kind");
        }
        int point = point(from, timeEnd);
        long seconds = seconds(from, point);
        if (seconds < 0 || seconds > LAST_SECOND) {
            throw new IllegalArgumentException("its time must be from 1970 to 9999");
        }
        at = Instant.ofEpochSecond(seconds, nanos(point, timeEnd));
        writer = text(timeEnd + 1, writerEnd);
        int end = end(writerEnd + 1, to);
        kind = words.of(line, writerEnd + 1, end);
        while (end < to) {
            int start = end + 1;
            end = end(start, to);
            add(start, end);
        }
    }

    private int end(int from, int to) {
        int end = from;
        while (end < to && line[end] != ' ') {
            end++;
        }
        return end;
    }

    private void add(int start, int end) {
        int equals = start;
        while (equals < end && line[equals] != '=') {
            equals++;
        }
        if (equals == end) {
            throw new IllegalArgumentException("it has a field without '='");
        }
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        keys[count] = start;
        values[count] = equals + 1;
        ends[count++] = end;
    }

    Instant at() {
        return at;
    }

    String writer() {
        return writer;
    }

    String kind() {
        return kind;
    }

    boolean has(String key) {
        return find(key) >= 0;
    }

    Optional<String> optional(String key) {
        int field = find(key);
        return field < 0 ? Optional.empty() : Optional.of(text(values[field], ends[field]));
    }

    String text(String key) {
        int field = require(key);
        return text(values[field], ends[field]);
    }

    int integer(String key) {
        return Integer.parseInt(text(key));
    }

    Duration duration(String key) {
        int field = require(key);
        int point = point(values[field], ends[field]);
        return Duration.ofSeconds(seconds(values[field], point), nanos(point, ends[field]));
    }

    private int require(String key) {
        int field = find(key);
        if (field < 0) {
            throw new IllegalArgumentException("it lacks the field '" + key + "'");
        }
        return field;
    }

    /** Returns the first field with this key; -1 if there is none. */
    private int find(String key) {
        for (int field = 0; field < count; field++) {
            if (Words.equal(key, line, keys[field], values[field] - 1)) {
                return field;
            }
        }
        return -1;
    }

    private String text(int from, int to) {
        for (int i = from; i < to; i++) {
            if (line[i] < 0 || line[i] == '%') {
                return unescape(from, to);
            }
        }
        return words.of(line, from, to);
    }

    private static String decimal(long seconds, int nanos) {
        if (nanos == 0) {
            return Long.toString(seconds);
        }
        String digits = Integer.toString(1_000_000_000 + nanos).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return seconds + "." + digits.substring(0, end);
    }

    private int point(int from, int to) {
        int point = from;
        while (point < to && line[point] != '.') {
            point++;
        }
        return point;
    }

    /** Returns the fraction of a second from the decimal point on. */
    private int nanos(int point, int to) {
        if (to - point > 10) {
            throw new IllegalArgumentException("'" + text(point, to) + "' has more than 9 decimals");
        }
        int nanos = 0;
        for (int i = point + 1; i <= point + 9; i++) {
            nanos = nanos * 10 + (i < to ? digit(line[i]) : 0);
        }
        return nanos;
    }

    private long seconds(int from, int to) {
        boolean negative = from < to && line[from] == '-';
        int first = negative ? from + 1 : from;
        if (first == to || to - first > 18) {
            throw new IllegalArgumentException("'" + text(from, to) + "' is not a number of seconds");
        }
        long seconds = 0;
        for (int i = first; i < to; i++) {
            seconds = seconds * 10 + digit(line[i]);
        }
        return negative ? -seconds : seconds;
    }

    private static int digit(byte digit) {
        if (digit < '0' || digit > '9') {
            throw new IllegalArgumentException("it has '" + (char) digit + "' in a number");
        }
        return digit - '0';
    }

    private static void escape(String value, StringBuilder out) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '%' || Character.isISOControl(c)) {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
                }
            } else {
                out.append(c);
            }
        }
    }

    private String unescape(int from, int to) {
        byte[] out = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (line[i] == '%' && i + 2 < to) {
                out[length++] = (byte) (Character.digit(line[i + 1], 16) << 4 | Character.digit(line[i + 2], 16));
                i += 2;
            } else {
                out[length++] = line[i];
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }
}
