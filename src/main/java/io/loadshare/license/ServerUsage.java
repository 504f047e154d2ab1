package io.loadshare.license;

import java.util.Set;

/** What a license server says of one feature. */
public sealed interface ServerUsage {

    /**
     * The server's figures.
     *
     * @param issued seats the site owns
     * @param inUse seats taken, by anyone, anywhere
     * @param holders the seats taken, as far as the server tells by whom
     */
    record Known(int issued, int inUse, Set<Seat> holders) implements ServerUsage {

        public Known {
            holders = Set.copyOf(holders);
        }
    }

    /** The server gave no usable answer; only a seat already held may be used. */
    record Unknown(String reason) implements ServerUsage {}
}
