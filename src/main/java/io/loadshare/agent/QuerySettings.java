package io.loadshare.agent;

import java.time.Duration;

/**
 * The configuration's {@code query}: how a client asks agents.
 *
 * @param timeout how long a round of queries may take
 * @param delayEnd how long a client stays after its job has ended
 */
public record QuerySettings(Duration timeout, Duration delayEnd) {

    public static final QuerySettings DEFAULT = new QuerySettings(Duration.ofSeconds(1), Duration.ZERO);

    public QuerySettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be > 0, was " + timeout);
        }
        if (delayEnd.isNegative()) {
            throw new IllegalArgumentException("delayEnd must be ≥ 0, was " + delayEnd);
        }
    }
}
