package io.loadshare.agent;

import io.loadshare.InvalidSettingException;
import java.time.Duration;

/**
 * The settings in {@code query}: how clients query agents.
 *
 * @param timeout how long a round of queries may take
 * @param delayEnd how long a client waits after the end of its job
 */
public record QuerySettings(Duration timeout, Duration delayEnd) {

    public static final QuerySettings DEFAULT = new QuerySettings(Duration.ofSeconds(1), Duration.ZERO);

    public QuerySettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidSettingException("timeout", "timeout must be > 0", timeout);
        }
        if (delayEnd.isNegative()) {
            throw new InvalidSettingException("delayEnd", "delayEnd must be ≥ 0", delayEnd);
        }
    }
}
