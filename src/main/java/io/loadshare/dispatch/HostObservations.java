package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Facts about hosts that the launch of one request has collected since the last scan. A newer scan overrules them. A scan
 * that succeeds does not show that a start would: a host that itself refused to start the job, or failed again after a
 * scan, is avoided for the time of a retry.
 */
final class HostObservations {

    /**
     * @param until only a later report overrules it
     * @param failed whether the host did not take the job; an answer of its agent does not overrule that
     */
    private record Finding(Instant until, boolean failed, UnaryOperator<HostStatus> change) {}

    private final RetryBackoff backoff;
    private final Map<HostName, Finding> byHost = new HashMap<>();
    private final Map<HostName, Integer> failures = new HashMap<>();

    HostObservations(RetryBackoff backoff) {
        this.backoff = backoff;
    }

    void measured(LoadReport report) {
        byHost.put(report.host(), new Finding(report.measuredAt(), false, status -> status.withReport(report)));
    }

    void failed(HostName host, LoadshareException why, Instant at) {
        int before = failures.merge(host, 1, Integer::sum) - (why.kind() == LoadshareException.Kind.STATE ? 0 : 1);
        Instant until = before == 0 ? at : at.plus(backoff.before(before));
        byHost.put(host, new Finding(until, true, status -> status.withFailure(why.getMessage(), at, why.kind())));
    }

    /** Records that this request cannot use a host, whatever later scans find. */
    void excluded(HostName host, String reason, Instant at) {
        byHost.put(
                host,
                new Finding(
                        Instant.MAX, true, status -> status.withFailure(reason, at, LoadshareException.Kind.REFUSED)));
    }

    /**
     * Returns the known load with these observations applied.
     *
     * @param scanned the results of the last scan
     * @param board the results of the last scan and the agents' later answers
     */
    LoadBoard over(LoadBoard scanned, LoadBoard board) {
        byHost.entrySet().removeIf(entry -> isOverruled(entry.getValue(), scanned.of(entry.getKey())));
        LoadBoard result = board;
        for (Map.Entry<HostName, Finding> entry : byHost.entrySet()) {
            Finding finding = entry.getValue();
            if (finding.failed || !isOverruled(finding, board.of(entry.getKey()))) {
                result = result.with(entry.getKey(), finding.change);
            }
        }
        return result;
    }

    private static boolean isOverruled(Finding finding, HostStatus status) {
        return status.report()
                .filter(report -> report.measuredAt().isAfter(finding.until))
                .isPresent();
    }
}
