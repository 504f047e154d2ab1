package io.loadshare.dispatch;

import java.time.Duration;

/**
 * The wait of a request before each retry: {@code first}, then {@code factor} times longer each time, within
 * {@code min…max}.
 */
public record RetryBackoff(RetrySettings settings) {

    /**
     * Returns the wait before a retry: greater than zero and at most {@code max}, whatever the number of retries.
     *
     * @param retry 1 for the first retry
     */
    public Duration before(int retry) {
        if (retry < 1) {
            throw new IllegalArgumentException("retry must be ≥ 1, was " + retry);
        }
        double seconds = seconds(settings.first()) * Math.pow(settings.factor(), retry - 1.0);
        if (!(seconds < seconds(settings.max()))) { // also if it is infinite, or not a number: 0 × infinity
            return settings.first().isZero() ? settings.min() : settings.max();
        }
        Duration wait = Duration.ofNanos((long) (seconds * 1e9));
        return wait.compareTo(settings.min()) < 0 ? settings.min() : wait;
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }
}
