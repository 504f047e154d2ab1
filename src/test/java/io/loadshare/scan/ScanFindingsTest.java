package io.loadshare.scan;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScanFindingsTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final HostInventory INVENTORY =
            new HostInventory(List.of(Host.named("l1"), Host.named("l2"), Host.local("here")), List.of());

    private static HostResult answer(String host) {
        return HostResult.of(report(host, NOW).build(), NOW, Duration.ZERO);
    }

    private static HostResult failure(String host, Reason reason, boolean loggedIn) {
        TransportException failure = new TransportException(reason, host + " failed", null);
        return HostResult.of(new HostName(host), failure, loggedIn, NOW, Duration.ZERO);
    }

    private static ScanFindings of(HostResult... hosts) {
        return ScanFindings.of(new ScanResult(NOW, NOW, List.of(hosts)), INVENTORY);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void onlyFailuresOfTheNetworkAreTheStateOfAHost(Reason reason) {
        HostResult failure = failure("l2", reason, false);
        boolean shared =
                List.of(Reason.NO_CONNECTION, Reason.TIMED_OUT, Reason.LOST).contains(reason);

        ScanFindings findings = of(answer("l1"), failure);

        assertThat(findings.shared().hosts().contains(failure)).isEqualTo(shared);
        assertThat(findings.own().hosts().contains(failure)).isNotEqualTo(shared);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void aScanThatReachesNobodyByTheNetworkSaysNothingAboutHosts(Reason reason) {
        HostResult failure = failure("l2", reason, false);

        assertThat(of(failure).shared().hosts()).isEmpty();
        assertThat(of(answer("here"), failure).own().hosts()).containsExactly(failure);
        assertThat(of(answer("here"), failure).shared().hosts()).containsExactly(answer("here"));
    }

    @Test
    void whatHangsOrBabblesAfterTheLoginMayBeTheLoginsOwnFault() {
        HostResult hangs = failure("l2", Reason.TIMED_OUT, true);
        HostResult babbles = HostResult.of(
                new HostName("l2"),
                new LoadshareException(LoadshareException.Kind.DATA, "printed no report"),
                true,
                NOW,
                Duration.ZERO);

        assertThat(of(answer("l1"), hangs).own().hosts()).containsExactly(hangs);
        assertThat(of(answer("l1"), babbles).own().hosts()).containsExactly(babbles);
    }
}
