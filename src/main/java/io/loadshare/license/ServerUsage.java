package io.loadshare.license;

import java.util.Set;

/** The answer of a license server about one feature. */
public sealed interface ServerUsage {

    /**
     * The server's figures.
     *
     * @param issued the number of seats that the site owns
     * @param inUse the number of seats in use by anyone, anywhere
     * @param holders the seats in use, where the server reports the holder
     */
    record Known(int issued, int inUse, Set<Seat> holders) implements ServerUsage {

        public Known {
            holders = Set.copyOf(holders);
        }
    }

    /** The server gave no usable answer; only a seat that is already held may be used. */
    record Unknown(String reason) implements ServerUsage {}
}
