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
import io.loadshare.license.LicenseFeature.Rule;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who holds which seats, and where the next may be taken. */
class LicensesTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostInventory INVENTORY = new HostInventory(
            List.of(Host.named("l01"), Host.named("l02"), Host.named("l03"), Host.named("l04")), List.of());

    private LoadBoard board = LoadBoard.empty(INVENTORY);
    private LedgerView view = LedgerView.empty(INVENTORY);

    private void measured(LoadReport... reports) {
        for (LoadReport report : reports) {
            board = board.with(report.host(), status -> status.withReport(report));
        }
    }

    private void recorded(LedgerRecord... records) {
        view = view.fold(List.of(records));
    }

    private static LicenseFeature feature(Rule rule, int perUser) {
        return new LicenseFeature("matlab", "MATLAB", perUser, rule, List.of());
    }

    private LicenseUsage usage() {
        return LicenseUsage.of(feature(Rule.SPREAD, 8), board, view);
    }

    private SeatRule rule(Rule rule, int perUser, ServerUsage server) {
        return new SeatRule(new RequiredLicense(feature(rule, perUser), Optional.ofNullable(server)), "alice", usage());
    }

    private static Seat seat(String user, String host) {
        return new Seat(user, new HostName(host));
    }

    private static List<String> admitted(SeatRule rule) {
        return INVENTORY.hosts().stream()
                .map(Host::name)
                .filter(rule::admits)
                .map(HostName::value)
                .toList();
    }

    @Test
    void countsProcessesAndPromisesOfEachUserOnEachHost() {
        measured(
                report("l01", NOON)
                        .holder("matlab", "alice", 2)
                        .holder("matlab", "bob", 1)
                        .build(),
                report("l02", NOON).holder("compiler", "alice", 1).build());
        recorded(
                reserved("j1", "l02", "alice", "matlab", NOON),
                reserved("j2", "l03", "alice", "compiler", NOON),
                reserved("j3", "l01", "alice", "matlab", NOON));

        assertThat(usage().bySeat())
                .containsOnly(
                        Map.entry(seat("alice", "l01"), 3),
                        Map.entry(seat("bob", "l01"), 1),
                        Map.entry(seat("alice", "l02"), 1));
        assertThat(usage().jobs("alice")).isEqualTo(4);
        assertThat(usage().hosts("alice")).isEqualTo(2);
        assertThat(usage().reserved()).containsOnly(seat("alice", "l01"), seat("alice", "l02"));
    }

    @Test
    void aJobThatTheScanShowsAndItsProcessAreOne() {
        measured(report("l01", NOON.plusSeconds(60))
                .job("j1", 1, "alice")
                .job("j2", 1, "alice")
                .holder("matlab", "alice", 1)
                .build());
        recorded(
                reserved("j1", "l01", "alice", "matlab", NOON),
                started("j1", NOON),
                reserved("j2", "l01", "alice", "matlab", NOON),
                started("j2", NOON));

        assertThat(usage().jobs("alice"))
                .as("the second has not begun with Matlab yet")
                .isEqualTo(2);
    }

    @Test
    void aPromiseThatAScanRefutedHoldsNoSeat() {
        recorded(reserved("j1", "l01", "alice", "matlab", NOON), started("j1", NOON));
        measured(report("l01", NOON.plusSeconds(60)).build());

        assertThat(usage().bySeat()).isEmpty();
    }

    @Test
    void aHostThatStoppedAnsweringKeepsItsSeats() {
        measured(report("l01", NOON).holder("matlab", "alice", 1).build());
        recorded(reserved("j1", "l02", "alice", "matlab", NOON), started("j1", NOON));
        board = board.with(new HostName("l01"), status -> status.withFailure("timed out", NOON.plusSeconds(600)));

        assertThat(usage().hosts("alice")).isEqualTo(2);
    }

    @Test
    void aPromiseOnAHostThatIsConfiguredElsewhereHoldsASeat() {
        recorded(reserved("j1", "elsewhere", "alice", "matlab", NOON));

        assertThat(usage().holds(seat("alice", "elsewhere"))).isTrue();
    }

    @Test
    void spreadAdmitsAllHostsUntilTheUserHasSoManyJobs() {
        measured(report("l01", NOON).holder("matlab", "alice", 2).build());

        assertThat(admitted(rule(Rule.SPREAD, 3, null))).containsExactly("l01", "l02", "l03", "l04");

        recorded(reserved("j1", "l02", "alice", "matlab", NOON));

        assertThat(admitted(rule(Rule.SPREAD, 3, null))).containsExactly("l01", "l02");
        assertThat(rule(Rule.SPREAD, 3, null).describe())
                .isEqualTo("license matlab: alice has 3 jobs (perUser 3), so only hosts where they already have one");
        recorded(ended("j1", NOON));
        assertThat(admitted(rule(Rule.SPREAD, 3, null))).hasSize(4);
    }

    @Test
    void saveAdmitsAllHostsUntilTheUserHoldsSeatsOnSoMany() {
        measured(report("l01", NOON).holder("matlab", "alice", 9).build());

        assertThat(admitted(rule(Rule.SAVE, 2, null))).hasSize(4);
        assertThat(rule(Rule.SAVE, 2, null).prefersHeldSeats()).isTrue();

        recorded(reserved("j1", "l03", "alice", "matlab", NOON));

        assertThat(admitted(rule(Rule.SAVE, 2, null))).containsExactly("l01", "l03");
        assertThat(rule(Rule.SAVE, 2, null).describe())
                .isEqualTo("license matlab: alice holds seats on 2 hosts (perUser 2)");
    }

    @Test
    void theServersFreeSeatsAreGivenOnlyOnce() {
        ServerUsage oneFree = new ServerUsage.Known(5, 4, Set.of(seat("bob", "l01")));
        assertThat(admitted(rule(Rule.SPREAD, 8, oneFree))).hasSize(4);

        recorded(reserved("j1", "l02", "bob", "matlab", NOON));

        assertThat(admitted(rule(Rule.SPREAD, 8, oneFree))).isEmpty();
        assertThat(rule(Rule.SPREAD, 8, oneFree).describe())
                .isEqualTo("license matlab: alice holds no seat here and none is free: 4 of 5 in use, 1 reserved");
    }

    @Test
    void aServerThatDoesNotCountSetsNoLimitButPerUserStillHolds() {
        assertThat(admitted(rule(Rule.SPREAD, 8, new ServerUsage.Uncounted())))
                .isEqualTo(admitted(rule(Rule.SPREAD, 8, new ServerUsage.Known(100, 0, Set.of()))));
        assertThat(admitted(rule(Rule.SAVE, 1, new ServerUsage.Uncounted())))
                .isEqualTo(admitted(rule(Rule.SAVE, 1, new ServerUsage.Known(100, 0, Set.of()))));
    }

    @Test
    void reservationsAreNamedWhereNothingIsFree() {
        SeatRule rule = rule(
                Rule.SPREAD, 8, new ServerUsage.Known(5, 5, Set.of(), List.of("2 reservations for GROUP teaching")));
        assertThat(rule.describe()).contains("none is free: 5 of 5 in use, with 2 reservations for GROUP teaching");
    }

    @Test
    void aPromiseThatTheServerAlreadyListsTakesNoFurtherSeat() {
        recorded(reserved("j1", "l01", "bob", "matlab", NOON));

        assertThat(admitted(rule(Rule.SPREAD, 8, new ServerUsage.Known(5, 4, Set.of(seat("bob", "l01"))))))
                .hasSize(4);
    }

    @Test
    void aProcessOfAnOldScanThatTheServerDoesNotListTakesNoSeat() {
        measured(report("l01", NOON).holder("matlab", "bob", 1).build());

        assertThat(admitted(rule(Rule.SPREAD, 8, new ServerUsage.Known(5, 4, Set.of()))))
                .hasSize(4);
    }

    @Test
    void aFullServerAdmitsWhereASeatIsHeld() {
        measured(report("l02", NOON).holder("matlab", "alice", 1).build());

        assertThat(admitted(rule(Rule.SPREAD, 8, new ServerUsage.Known(5, 5, Set.of(seat("alice", "l03"))))))
                .containsExactly("l02", "l03");
    }

    @Test
    void aSilentServerAdmitsOnlyWhereASeatIsHeld() {
        measured(report("l02", NOON).holder("matlab", "alice", 1).build());
        SeatRule rule = rule(Rule.SPREAD, 8, new ServerUsage.Unknown("it said nothing"));

        assertThat(admitted(rule)).containsExactly("l02");
        assertThat(rule.describe())
                .isEqualTo("license matlab: alice holds no seat here and the license server gave no answer:"
                        + " it said nothing");
    }

    @Test
    void theServersSeatsDoNotLiftTheUsersLimit() {
        measured(report("l01", NOON).holder("matlab", "alice", 1).build());

        assertThat(admitted(rule(Rule.SAVE, 1, new ServerUsage.Known(100, 1, Set.of()))))
                .containsExactly("l01");
    }
}
