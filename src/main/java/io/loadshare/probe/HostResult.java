package io.loadshare.probe;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of measuring one host: a report or a failure.
 *
 * @param loggedIn whether the login succeeded; a later failure may be caused by the login's startup files
 * @param at the time of the result, by the scanner's clock
 * @param took how long it took
 */
public record HostResult(
        HostName host,
        Optional<LoadReport> report,
        Optional<LoadshareException> failure,
        boolean loggedIn,
        Instant at,
        Duration took) {

    public HostResult {
        if (report.isPresent() == failure.isPresent()) {
            throw new IllegalArgumentException("the result of " + host + " must be a report or a failure");
        }
    }

    /** @param at the time of the result, by the scanner's clock */
    public static HostResult of(LoadReport report, Instant at, Duration took) {
        return new HostResult(report.host(), Optional.of(report), Optional.empty(), true, at, took);
    }

    public static HostResult of(
            HostName host, LoadshareException failure, boolean loggedIn, Instant at, Duration took) {
        return new HostResult(host, Optional.empty(), Optional.of(failure), loggedIn, at, took);
    }
}
