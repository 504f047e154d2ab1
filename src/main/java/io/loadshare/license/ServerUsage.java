package io.loadshare.license;

import java.util.List;
import java.util.Set;

/** The answer of a license server about one feature. */
public sealed interface ServerUsage {

    /**
     * The server's figures.
     *
     * @param issued the number of seats that the site owns
     * @param inUse the number of seats in use by anyone, anywhere
     * @param holders the seats in use, where the server reports the holder
     * @param reserved the seats in use that are reserved for users, groups or hosts, as the server describes them
     */
    record Known(int issued, int inUse, Set<Seat> holders, List<String> reserved) implements ServerUsage {

        public Known {
            holders = Set.copyOf(holders);
            reserved = List.copyOf(reserved);
        }

        public Known(int issued, int inUse, Set<Seat> holders) {
            this(issued, inUse, holders, List.of());
        }

        /** The number of seats that nobody uses. */
        public int free() {
            return Math.max(0, issued - inUse);
        }

        @Override
        public String toString() {
            return inUse + " of " + issued + " in use"
                    + (reserved.isEmpty() ? "" : ", with " + String.join(" and ", reserved));
        }
    }

    /** The server does not count the feature, so it sets no limit. */
    record Uncounted() implements ServerUsage {}

    /** The server gave no usable answer; only a seat that is already held may be used. */
    record Unknown(String reason) implements ServerUsage {}
}
