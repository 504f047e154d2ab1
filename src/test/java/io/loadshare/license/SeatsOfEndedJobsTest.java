package io.loadshare.license;

import static io.loadshare.testing.LedgerRecords.ended;
import static io.loadshare.testing.LedgerRecords.reserved;
import static io.loadshare.testing.LedgerRecords.started;
import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.ReportBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last report still shows the license processes of jobs that have ended since. */
class SeatsOfEndedJobsTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final LicenseFeature MATLAB =
            new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SAVE, List.of());
    private static final HostInventory INVENTORY = new HostInventory(List.of(Host.named("l1")), List.of());

    @Test
    void aSeatIsFreeOnceItsOnlyJobHasEnded() {
        LicenseUsage usage =
                usage(shown().holder("matlab", "alice", 1), licensed("j1"), ended("j1", NOON.plusSeconds(5)));
        assertThat(usage.bySeat()).isEmpty();
    }

    @Test
    void anotherProcessOfTheUserKeepsTheSeat() {
        LicenseUsage usage =
                usage(shown().holder("matlab", "alice", 2), licensed("j1"), ended("j1", NOON.plusSeconds(5)));
        assertThat(usage.jobs("alice")).isEqualTo(1);
        assertThat(usage.hosts("alice")).isEqualTo(1);
    }

    @Test
    void aJobThatHeldNoLicenseFreesNoSeat() {
        LicenseUsage usage = usage(
                shown().holder("matlab", "alice", 1), reserved("j1", "l1", NOON), ended("j1", NOON.plusSeconds(5)));
        assertThat(usage.jobs("alice")).isEqualTo(1);
    }

    @Test
    void aJobOfAnotherUserFreesNoSeat() {
        LicenseUsage usage =
                usage(shown().holder("matlab", "bob", 1), licensed("j1"), ended("j1", NOON.plusSeconds(5)));
        assertThat(usage.jobs("bob")).isEqualTo(1);
    }

    @Test
    void aJobThatStillShowsLongAfterItsEndKeepsItsSeat() {
        LicenseUsage usage =
                usage(shown().holder("matlab", "alice", 1), licensed("j1"), ended("j1", NOON.minusSeconds(60)));
        assertThat(usage.jobs("alice")).isEqualTo(1);
    }

    private static ReportBuilder shown() {
        return report("l1", NOON).job("j1", 1, "alice");
    }

    private static LedgerRecord licensed(String id) {
        return reserved(id, "l1", "alice", "matlab", NOON.minusSeconds(100));
    }

    private static LicenseUsage usage(ReportBuilder report, LedgerRecord reserved, LedgerRecord ended) {
        LoadBoard board = LoadBoard.empty(INVENTORY).with(new HostName("l1"), status -> report.status());
        LedgerView view =
                LedgerView.empty(INVENTORY).fold(List.of(reserved, started("j1", NOON.minusSeconds(90)), ended));
        return LicenseUsage.of(MATLAB, board, view);
    }
}
