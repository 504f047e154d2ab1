package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.InvalidSettingException;
import java.time.Duration;

/**
 * The {@code retry} section of the configuration: how long a request without a reservation waits before the next try,
 * unless a release wakes it earlier.
 *
 * @param first the first wait
 * @param factor how many times longer each wait is than the one before, at least 1
 * @param min the shortest wait
 * @param max the longest wait
 */
public record RetrySettings(Duration first, double factor, Duration min, Duration max) {

    public static final RetrySettings DEFAULT =
            new RetrySettings(Duration.ofSeconds(30), 2, Duration.ofSeconds(1), Duration.ofMinutes(10));

    public RetrySettings {
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new InvalidSettingException("factor", "factor must be ≥ 1", factor);
        }
        if (min.isNegative() || min.isZero()) {
            throw new InvalidSettingException("min", "min must be > 0", Durations.print(min));
        }
        if (first.isNegative()) {
            throw new InvalidSettingException("first", "first must be ≥ 0", Durations.print(first));
        }
        if (max.compareTo(min) < 0) {
            throw new InvalidSettingException(
                    "max", "max must be ≥ min (" + Durations.print(min) + ")", Durations.print(max), "min");
        }
    }
}
