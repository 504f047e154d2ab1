package io.loadshare.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * What a request puts up with.
 *
 * @param limit how long it may wait for a place; zero for not at all, empty for as long as it takes
 * @param mayScan whether hosts may be measured for it
 */
public record WaitPolicy(Optional<Duration> limit, boolean mayScan) {

    /** Waits as long as it takes, and measures hosts if need be. */
    public static final WaitPolicy ENDLESS = new WaitPolicy(Optional.empty(), true);

    /** Takes what there is now, measuring hosts if need be, or fails. */
    public static final WaitPolicy NONE = new WaitPolicy(Optional.of(Duration.ZERO), true);

    public WaitPolicy {
        if (limit.isPresent() && limit.get().isNegative()) {
            throw new IllegalArgumentException("wait must be ≥ 0, was " + limit.get());
        }
    }

    /** As patient, but hosts are not measured. */
    public WaitPolicy withoutScan() {
        return new WaitPolicy(limit, false);
    }

    boolean mayWait() {
        return limit.isEmpty() || !limit.get().isZero();
    }
}
