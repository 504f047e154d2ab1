package io.loadshare.placement;

import java.time.Duration;

/** Durations as people write them: {@code 850ms}, {@code 12s}, {@code 5m}, {@code 3h20m}, {@code 2d}. */
public final class Durations {

    private Durations() {}

    /** The two leading units at most. */
    public static String print(Duration duration) {
        long seconds = duration.getSeconds();
        if (duration.isNegative()) {
            return "-" + print(duration.negated());
        }
        if (seconds < 1) {
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
