package io.loadshare.probe;

import java.time.Instant;
import java.util.List;

/**
 * What one scan found, a result for each host that was asked, in that order.
 *
 * @param startedAt by the scanner's clock (ended likewise)
 */
public record ScanResult(Instant startedAt, Instant endedAt, List<HostResult> hosts) {

    public ScanResult {
        hosts = List.copyOf(hosts);
    }

    /** How many hosts gave a report. */
    public int answered() {
        int count = 0;
        for (HostResult result : hosts) {
            count += result.report().isPresent() ? 1 : 0;
        }
        return count;
    }
}
