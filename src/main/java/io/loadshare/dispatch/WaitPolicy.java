package io.loadshare.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a request may wait, and whether it may trigger a scan.
 *
 * @param limit how long the request may wait for a reservation; zero for no wait, empty for no limit
 * @param mayScan whether hosts may be measured for the request
 */
public record WaitPolicy(Optional<Duration> limit, boolean mayScan) {

    /** Waits without a limit, and measures hosts if necessary. */
    public static final WaitPolicy ENDLESS = new WaitPolicy(Optional.empty(), true);

    /** Takes what is available now, or fails. Measures hosts if necessary. */
    public static final WaitPolicy NONE = new WaitPolicy(Optional.of(Duration.ZERO), true);

    public WaitPolicy {
        if (limit.isPresent() && limit.get().isNegative()) {
            throw new IllegalArgumentException("wait must be ≥ 0, was " + limit.get());
        }
    }

    /** Returns this policy without the permission to measure hosts. */
    public WaitPolicy withoutScan() {
        return new WaitPolicy(limit, false);
    }

    boolean mayWait() {
        return limit.isEmpty() || !limit.get().isZero();
    }
}
