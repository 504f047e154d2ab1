package io.loadshare.testing;

/**
 * The size of a randomized or crowded test: small by default, full with {@code ./verify --long}, and any other with a
 * system property of its own.
 */
public final class Size {

    private Size() {}

    /**
     * @param property sets the size on the command line: {@code -Dloadshare.crontab.rounds=5000}
     */
    public static int of(String property, int small, int full) {
        return Integer.getInteger(property, Boolean.getBoolean("loadshare.long") ? full : small);
    }
}
