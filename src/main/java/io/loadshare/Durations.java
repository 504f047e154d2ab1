package io.loadshare;

import java.time.Duration;

/** Durations as people write them: {@code 850ms}, {@code 12s}, {@code 5m}, {@code 3h20m}, {@code 2d}. */
public final class Durations {

    /** The longest accepted duration. Sums of such durations in nanoseconds still fit a {@code long}. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Durations() {}

    /**
     * Reads one or more whole numbers with their units: {@code 500ms}, {@code 30s}, {@code 1h30m}, {@code 14d}; {@code
     * 0} needs no unit.
     *
     * @throws IllegalArgumentException for any other text, or for more than ten years
     */
    public static Duration parse(String text) {
        Duration sum = Duration.ZERO;
        int position = 0;
        while (position < text.length()) {
            int unit = position;
            while (unit < text.length() && text.charAt(unit) >= '0' && text.charAt(unit) <= '9') {
                unit++;
            }
            int end = unit;
            while (end < text.length() && Character.isLetter(text.charAt(end))) {
                end++;
            }
            long millis = millis(text.substring(unit, end));
            if (unit == position || unit - position > 9 || millis == 0 && !text.equals("0")) {
                throw notADuration(text);
            }
            sum = sum.plusMillis(Long.parseLong(text.substring(position, unit)) * millis);
            if (sum.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "duration must be at most " + print(LONGEST) + ", was '" + text + "'");
            }
            position = end;
        }
        if (text.isEmpty()) {
            throw notADuration(text);
        }
        return sum;
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
    }

    private static IllegalArgumentException notADuration(String text) {
        return new IllegalArgumentException(
                "duration must be whole numbers with units ms, s, m, h or d, such as 30s or 1h30m, was '" + text + "'");
    }

    /** Prints a duration with its two largest units. */
    public static String print(Duration duration) {
        long seconds = duration.getSeconds();
        if (duration.isNegative()) {
            return "-" + print(duration.negated());
        }
        if (seconds < 1 && !duration.isZero()) {
            return duration.toMillis() + "ms";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        return seconds < 86_400
                ? two(seconds / 3600, "h", seconds % 3600 / 60, "m")
                : two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
