package io.loadshare.dispatch;

import java.time.Duration;

/** How long a request waits before each retry: {@code first}, then {@code factor} times longer, within {@code min…max}. */
public record RetryBackoff(RetrySettings settings) {

    /**
     * The wait before a retry; more than zero and never more than {@code max}, however many retries went before.
     *
     * @param retry 1 for the first
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
