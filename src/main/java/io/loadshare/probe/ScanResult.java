package io.loadshare.probe;

import java.time.Instant;
import java.util.List;

/**
 * The result of a scan: one result for each measured host, in order.
 *
 * @param startedAt by the scanner's clock (the same for ended)
 */
public record ScanResult(Instant startedAt, Instant endedAt, List<HostResult> hosts) {

    public ScanResult {
        hosts = List.copyOf(hosts);
    }

    /** Returns the number of hosts with a report. */
    public int answered() {
        int count = 0;
        for (HostResult result : hosts) {
            count += result.report().isPresent() ? 1 : 0;
        }
        return count;
    }
}
