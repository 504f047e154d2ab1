package io.loadshare.scan;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The findings of a scan, divided by whom they concern. A report is valid for everybody. A failure is the state of the
 * host only if the network connection to it failed and the same scan reached other hosts over the network. Otherwise
 * the cause may be the scanner's own key, known hosts, name server, startup files or network.
 *
 * @param shared the findings for everybody
 * @param own the findings for the scanning observer only
 */
public record ScanFindings(ScanResult shared, ScanResult own) {

    private static final Set<Reason> OF_THE_NETWORK = Set.of(Reason.NO_CONNECTION, Reason.TIMED_OUT, Reason.LOST);

    /** @param inventory all hosts that may have been measured */
    public static ScanFindings of(ScanResult result, HostInventory inventory) {
        boolean reachedOthers = result.hosts().stream()
                .filter(host -> host.report().isPresent())
                .anyMatch(
                        host -> inventory.find(host.host()).filter(Host::local).isEmpty());
        return new ScanFindings(
                select(result, host -> isShared(host, reachedOthers)),
                select(result, host -> !isShared(host, reachedOthers)));
    }

    private static ScanResult select(ScanResult result, Predicate<HostResult> condition) {
        List<HostResult> hosts = result.hosts().stream().filter(condition).toList();
        return new ScanResult(result.startedAt(), result.endedAt(), hosts);
    }

    private static boolean isShared(HostResult host, boolean reachedOthers) {
        return host.report().isPresent()
                || reachedOthers
                        && host.failure().orElseThrow() instanceof TransportException failure
                        && OF_THE_NETWORK.contains(failure.reason())
                        && !(host.loggedIn() && failure.reason() == Reason.TIMED_OUT);
    }
}
