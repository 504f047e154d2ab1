package io.loadshare.agent.server;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * A clock that starts at the time of day and then runs evenly, even if the system's clock is set. Ages and expiries are
 * therefore correct; clients receive these instead of times.
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
