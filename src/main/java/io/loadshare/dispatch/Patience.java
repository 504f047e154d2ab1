package io.loadshare.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * What a request puts up with.
 *
 * @param limit how long it may wait for a place; zero for not at all, empty for as long as it takes
 * @param mayScan whether hosts may be measured for it
 */
public record Patience(Optional<Duration> limit, boolean mayScan) {

    /** Waits as long as it takes, and measures hosts if need be. */
    public static final Patience ENDLESS = new Patience(Optional.empty(), true);

    /** Takes what there is now, measuring hosts if need be, or fails. */
    public static final Patience NONE = new Patience(Optional.of(Duration.ZERO), true);

    public Patience {
        if (limit.isPresent() && limit.get().isNegative()) {
            throw new IllegalArgumentException("wait must be ≥ 0, was " + limit.get());
        }
    }

    /** As patient, but hosts are not measured. */
    public Patience withoutScan() {
        return new Patience(limit, false);
    }

    boolean mayWait() {
        return limit.isEmpty() || !limit.get().isZero();
    }
}
