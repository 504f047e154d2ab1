package io.loadshare.placement;

import io.loadshare.Numbers;
import java.util.OptionalDouble;

/**
 * The limit of loadshare's own slots on a host: {@code slotsPerCore} for each core that is not reserved for the owner of
 * a desktop, and at least one slot, so a fraction of a core gets jobs too. A request for no slots is always within it.
 */
record SlotLimit(OptionalDouble slotsPerCore, double reservePerDesktop) {

    static SlotLimit of(PlacementSettings settings) {
        return new SlotLimit(settings.slotsPerCore(), settings.reservePerDesktop());
    }

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

    /** Returns how many more slots jobs may reserve on a host; negative if they already hold too many. */
    int free(Candidate candidate) {
        return of(cores(candidate)) - candidate.ownSlots();
    }

    private double cores(Candidate candidate) {
        return candidate.cores() - reservePerDesktop * candidate.desktops();
    }

    /** Describes the slots of a host with this many cores. */
    String describe(double cores) {
        return describe(cores, "");
    }

    /** Describes the slots of a host beside the desktops there. */
    String describe(Candidate candidate) {
        double reserved = reservePerDesktop * candidate.desktops();
        return describe(cores(candidate), reserved == 0 ? "" : ", cores kept for desktops: " + Numbers.print(reserved));
    }

    private String describe(double cores, String reserved) {
        int slots = of(cores);
        return slots + (slots == 1 ? " slot" : " slots") + " (slotsPerCore " + Numbers.print(slotsPerCore.orElseThrow())
                + reserved + ")";
    }
}
