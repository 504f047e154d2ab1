package io.loadshare.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a {@link LedgerLine} after the checksum: time, writer, kind, and {@code key=value} fields. In values and
 * in the writer's name, {@code %XX} stands for each byte of a space, a percent sign or a control character.
 */
final class LedgerFields {

    /** The end of the year 9999: a later time is invalid, and arithmetic with it might overflow. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final Instant at;
    private final String writer;
    private final String kind;
    private final Map<String, String> values = new HashMap<>(12);

    private LedgerFields(Instant at, String writer, String kind) {
        this.at = at;
        this.writer = writer;
        this.kind = kind;
    }

    /** Prints the format that {@link #parse} reads. */
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
     * Parses the output of a {@link Printer}.
     *
     * @throws IllegalArgumentException if the text has another format
     */
    static LedgerFields parse(String line) {
        int writerStart = line.indexOf(' ') + 1;
        int kindStart = line.indexOf(' ', writerStart) + 1;
        if (writerStart == 0 || kindStart == 0) {
            throw new IllegalArgumentException("it lacks time, writer or kind");
        }
        Duration sinceEpoch = parseDecimal(line.substring(0, writerStart - 1));
        if (sinceEpoch.isNegative() || sinceEpoch.getSeconds() > LAST_SECOND) {
            throw new IllegalArgumentException("its time must be from 1970 to 9999");
        }
        int end = end(line, kindStart);
        LedgerFields fields = new LedgerFields(
                Instant.EPOCH.plus(sinceEpoch),
                unescape(line.substring(writerStart, kindStart - 1)),
                line.substring(kindStart, end));
        while (end < line.length()) {
            int start = end + 1;
            end = end(line, start);
            int equals = line.indexOf('=', start);
            if (equals < 0 || equals > end) {
                throw new IllegalArgumentException("it has a field without '='");
            }
            fields.values.putIfAbsent(line.substring(start, equals), unescape(line.substring(equals + 1, end)));
        }
        return fields;
    }

    private static int end(String line, int start) {
        int space = line.indexOf(' ', start);
        return space < 0 ? line.length() : space;
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

    Optional<String> optional(String key) {
        return Optional.ofNullable(values.get(key));
    }

    String text(String key) {
        return optional(key).orElseThrow(() -> new IllegalArgumentException("it lacks the field '" + key + "'"));
    }

    int integer(String key) {
        return Integer.parseInt(text(key));
    }

    Duration duration(String key) {
        return parseDecimal(text(key));
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

    private static Duration parseDecimal(String decimal) {
        int point = decimal.indexOf('.');
        if (point < 0) {
            return Duration.ofSeconds(Long.parseLong(decimal));
        }
        String fraction = decimal.substring(point + 1);
        if (fraction.length() > 9) {
            throw new IllegalArgumentException("'" + decimal + "' has more than 9 decimals");
        }
        long nanos = Integer.parseUnsignedInt(fraction + "0".repeat(9 - fraction.length()));
        return Duration.ofSeconds(Long.parseLong(decimal.substring(0, point)), nanos);
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

    private static String unescape(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%' && i + 2 < in.length) {
                out[length++] = (byte) (Character.digit(in[i + 1], 16) << 4 | Character.digit(in[i + 2], 16));
                i += 2;
            } else {
                out[length++] = in[i];
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }
}
