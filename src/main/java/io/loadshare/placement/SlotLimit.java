package io.loadshare.placement;

import io.loadshare.Numbers;
import java.util.OptionalDouble;

/**
 * The limit of loadshare's own slots on a host: {@code slotsPerCore} for each core, and at least one slot, so a fraction
 * of a core gets jobs too. A request for no slots is always within it.
 */
record SlotLimit(OptionalDouble slotsPerCore) {

    /** Keeps 0.29 × 100 from being less than 29. */
    private static final double ROUNDING = 1e-9;

    /** Returns whether a host with this many cores may hold these slots. */
    boolean admits(int slots, double cores) {
        return slots == 0 || slots <= of(cores);
    }

    /** Returns the slots of a host; {@link Integer#MAX_VALUE} without a limit. */
    int of(double cores) {
        return slotsPerCore.isEmpty()
                ? Integer.MAX_VALUE
                : Math.max(1, (int) (slotsPerCore.getAsDouble() * cores + ROUNDING));
    }

    String describe(double cores) {
        int slots = of(cores);
        return slots + (slots == 1 ? " slot" : " slots") + " (slotsPerCore " + Numbers.print(slotsPerCore.orElseThrow())
                + ")";
    }
}
