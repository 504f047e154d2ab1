package io.loadshare.agent;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Tells the time of day as it was when the clock was made, and from then on runs evenly: whoever sets the system's clock
 * does not change it. So ages and expiries are right whatever the system's clock does; they, not times, go to clients.
 */
final class SteadyClock implements InstantSource {

    private final Instant start;
    private final LongSupplier nanoClock;
    private final long startNanos;

    SteadyClock(InstantSource wall, LongSupplier nanoClock) {
        this.start = wall.instant();
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoClock.getAsLong() - startNanos);
    }
}
