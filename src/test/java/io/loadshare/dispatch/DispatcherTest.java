package io.loadshare.dispatch;

import static io.loadshare.testing.LedgerRecords.ended;
import static io.loadshare.testing.LedgerRecords.reserved;
import static io.loadshare.testing.LedgerRecords.retreated;
import static io.loadshare.testing.LedgerRecords.started;
import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.Timestamps;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Ticket;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.HostStatus;
import io.loadshare.placement.ClusterTerms;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostInventory INVENTORY =
            new HostInventory(List.of(Host.named("l01"), Host.named("l02"), Host.named("l03")), List.of());
    private static final LicenseFeature MATLAB =
            new LicenseFeature("matlab", "MATLAB", 1, LicenseFeature.Rule.SAVE, List.of());
    private static final WaitPolicy TEN_MINUTES = new WaitPolicy(Optional.of(Duration.ofMinutes(10)), true);

    private final TestingClock clock = new TestingClock(NOON);
    private final Ledger memory = new InMemoryLedger(INVENTORY);
    private final TestingLoadSource load = new TestingLoadSource(INVENTORY);
    private final Recorder heard = new Recorder();
    private final List<Runnable> whilePausing = new ArrayList<>();
    private Ledger ledger = memory;
    private ServerUsage server = new ServerUsage.Unknown("never asked");
    private Duration paused = Duration.ZERO;
    private Dispatcher dispatcher;
    private Reservations reservations;

    /** Records what the owner of a request hears. */
    private static final class Recorder implements DispatchListener {

        private final List<List<String>> reasons = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        @Override
        public void waitsFor(List<String> lines) {
            reasons.add(lines);
        }

        @Override
        public void warn(String message) {
            warnings.add(message);
        }
    }

    /** A ledger that others hold locked. */
    private record BusyLedger(Ledger behind) implements Ledger {

        @Override
        public LedgerView view() {
            return behind.view();
        }

        @Override
        public <T> T transact(Function<LedgerView, Decision<T>> decide) {
            throw new LedgerBusyException("the ledger is locked");
        }
    }

    @BeforeEach
    void build() {
        build(PlacementSettings.DEFAULT);
    }

    private void build(PlacementSettings settings) {
        dispatcher = builder().placement(settings).pause(this::pause).build();
        reservations = dispatcher.reservations();
    }

    private DispatcherBuilder builder() {
        return new DispatcherBuilder(ledger, load, clock, new SplittableRandom(1)).licenseServer(feature -> server);
    }

    /** A minute of this test's time takes no time; at each pause one thing may happen. */
    private void pause(Duration time) {
        assertThat(time).isBetween(Duration.ZERO, QueueTurn.LOOK);
        clock.advance(time.isZero() ? Duration.ofMillis(1) : time);
        paused = paused.plus(time);
        if (!whilePausing.isEmpty()) {
            whilePausing.remove(0).run();
        }
        assertThat(paused).as("a test's waiting").isLessThan(Duration.ofHours(2));
    }

    private void append(LedgerRecord... records) {
        memory.transact(view -> Ledger.Decision.of(null, records));
    }

    private void everyHostIsIdle() {
        Instant now = clock.instant();
        load.know(
                report("l01", now).build(),
                report("l02", now).build(),
                report("l03", now).build());
    }

    private static PlacementRequest request(String user) {
        return PlacementRequest.of("pool vnc", INVENTORY.machinePositions(), user, 1);
    }

    private static PlacementRequest matlab(String user) {
        return request(user).withLicenses(List.of(RequiredLicense.of(MATLAB)));
    }

    /** A request that only the named host may serve, under a load limit. */
    private static PlacementRequest quiet(String user, String... hosts) {
        return new PlacementRequest(
                "hosts " + String.join(",", hosts),
                INVENTORY.positions(List.of(hosts).stream().map(HostName::new).toList()),
                user,
                1,
                Set.of(),
                0,
                0,
                OptionalDouble.of(1),
                List.of(),
                Optional.empty(),
                1,
                ClusterTerms.DEFAULT);
    }

    private PlacedRequest place(PlacementRequest request, WaitPolicy patience) throws InterruptedException {
        return dispatcher.place(request, patience, heard);
    }

    private PendingRequest pending(PlacementRequest request) {
        return dispatcher.request(request, WaitPolicy.ENDLESS.withoutScan(), heard);
    }

    @Test
    void reservesWithoutAScanWhereAnyReportIsFresh() throws InterruptedException {
        load.know(report("l02", NOON).build());

        PlacedRequest place = place(request("alice"), WaitPolicy.ENDLESS);

        assertThat(place.host().name()).hasToString("l02");
        assertThat(load.scans).isEmpty();
        assertThat(memory.view().claim(place.id())).contains(place.reservation());
        assertThat(memory.view().tickets()).isEmpty();
    }

    @Test
    void scansOnceWhereNothingIsKnown() throws InterruptedException {
        load.answer("l03", status -> report("l03", clock.instant()).status());

        PlacedRequest place = place(request("alice"), WaitPolicy.NONE);

        assertThat(place.host().name()).hasToString("l03");
        assertThat(load.scans).hasSize(1);
        assertThat(load.scans.get(0)).hasSize(3);
    }

    @Test
    void doesNotScanWhereThatIsForbidden() {
        assertThatThrownBy(() -> place(request("alice"), WaitPolicy.NONE.withoutScan()))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.UNAVAILABLE))
                .hasMessage("no place for pool vnc: l[01-03]: never measured");
        assertThat(load.scans).isEmpty();
        assertThat(memory.view().tickets()).isEmpty();
    }

    @Test
    void namesTheReasonsOfAllHostsFolded() {
        load.change("l01", status -> status.withDrain(Optional.of(new HostStatus.Drain("new disks", "root", NOON))));
        load.change("l02", status -> status.withDrain(Optional.of(new HostStatus.Drain("new disks", "root", NOON))));
        load.change("l03", status -> status.withFailure("connection refused", NOON));

        assertThatThrownBy(() -> place(request("alice"), WaitPolicy.NONE))
                .hasMessage("no place for pool vnc: l[01-02]: drained by root: new disks; "
                        + "l03: unreachable since " + Timestamps.print(Instant.parse("2026-11-22T12:00:00Z"))
                        + ": connection refused");
        assertThat(load.scans).as("l03 may be back").hasSize(1);
    }

    @Test
    void failsAtOnceWhereNoHostWillEverDo() {
        everyHostIsIdle();
        PlacementRequest huge = new PlacementRequest(
                "pool vnc",
                INVENTORY.machinePositions(),
                "alice",
                1,
                Set.of(),
                1L << 46,
                0,
                OptionalDouble.empty(),
                List.of(),
                Optional.empty(),
                1,
                ClusterTerms.DEFAULT);

        assertThatThrownBy(() -> place(huge, WaitPolicy.ENDLESS))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.UNAVAILABLE))
                .hasMessage("no place for pool vnc: l[01-03]: has 16G of memory (64T asked)");
        assertThat(memory.view().tickets()).isEmpty();
        assertThat(paused).isZero();
    }

    @Test
    void waitsForTheTimeItMayAndSaysHowLong() {
        everyHostIsIdle();
        append(reserved("held", "l01", "alice", "matlab", NOON), started("held", NOON));
        load.change("l01", status -> status.withDrain(Optional.of(new HostStatus.Drain("disks", "root", NOON))));

        assertThatThrownBy(() -> place(matlab("alice"), TEN_MINUTES))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.LIMIT))
                .hasMessageStartingWith("no place for pool vnc after 10m: ")
                .hasMessageContaining("l[02-03]: license matlab: alice holds seats on 1 hosts (perUser 1)");
        assertThat(paused).isEqualTo(Duration.ofMinutes(10));
        assertThat(memory.view().tickets()).isEmpty();
        assertThat(load.scans).as("retries after 30 s, 1, 2 and 4 minutes").hasSize(4);
    }

    @Test
    void aWaitingRequestIsInTheLedgerWithItsReasonAndItsNextTry() throws InterruptedException {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        List<Ticket> seen = new ArrayList<>();
        whilePausing.add(() -> seen.addAll(memory.view().tickets()));
        whilePausing.add(() -> append(ended("j1", clock.instant())));

        PlacedRequest place = place(quiet("alice", "l01"), WaitPolicy.ENDLESS);

        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).id()).isEqualTo(place.id());
        assertThat(seen.get(0).reason()).contains("l01: 1 jobs running (maxRuns 1)");
        assertThat(seen.get(0).nextTry()).contains(NOON.plusSeconds(30));
    }

    @Test
    void aWithdrawnRequestEndsWithAMessageAndDoesNotComeBack() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        whilePausing.add(() -> {
            String id = memory.view().tickets().iterator().next().id();
            assertThat(reservations.withdraw(id, "root")).isTrue();
            assertThat(reservations.withdraw(id, "root")).isFalse();
            append(ended("j1", clock.instant()));
        });

        assertThatThrownBy(() -> place(quiet("alice", "l01"), WaitPolicy.ENDLESS))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.UNAVAILABLE))
                .hasMessageMatching("request .* for .* was withdrawn by root; no job was started");
        assertThat(memory.view().tickets()).isEmpty();
        assertThat(memory.view().claims()).isEmpty();
        assertThat(paused).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aReleaseWakesAWaitingRequest() throws InterruptedException {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        whilePausing.add(() -> {});
        whilePausing.add(() -> append(ended("j1", clock.instant())));

        PlacedRequest place = place(quiet("alice", "l01"), WaitPolicy.ENDLESS);

        assertThat(place.host().name()).hasToString("l01");
        assertThat(paused).isEqualTo(Duration.ofSeconds(2));
        assertThat(heard.reasons).containsExactly(List.of("l01: 1 jobs running (maxRuns 1)"));
        assertThat(memory.view().tickets()).isEmpty();
    }

    @Test
    void anotherOnesScanWakesAWaitingRequest() throws InterruptedException {
        load.know(report("l01", NOON).load1(5).build());
        whilePausing.add(
                () -> load.know(report("l01", clock.instant()).load1(0.5).build()));

        place(quiet("alice", "l01"), WaitPolicy.ENDLESS);

        assertThat(paused).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aRetryMeasuresAnew() throws InterruptedException {
        load.know(report("l01", NOON).load1(5).build());
        load.answer("l01", status -> report("l01", clock.instant())
                .load1(load.scans.size() < 3 ? 4 : 0)
                .status());

        place(quiet("alice", "l01"), WaitPolicy.ENDLESS);

        assertThat(load.scans).hasSize(3);
        assertThat(paused).isEqualTo(Duration.ofSeconds(30 + 60 + 120));
        assertThat(heard.reasons).as("the load changed, the reason did not").hasSize(1);
    }

    private static List<Runnable> untilTheNextLookAtReports() {
        return Collections.nCopies((int) PendingRequest.BOARD_LOOK.dividedBy(QueueTurn.LOOK), () -> {});
    }

    @Test
    void tellsEachChangeOfReason() throws InterruptedException {
        load.know(report("l01", NOON).load1(5).build());
        whilePausing.add(
                () -> load.change("l01", s -> s.withDrain(Optional.of(new HostStatus.Drain("disks", "root", NOON)))));
        whilePausing.addAll(untilTheNextLookAtReports());
        whilePausing.add(() -> load.change("l01", s -> s.withDrain(Optional.empty())));
        whilePausing.addAll(untilTheNextLookAtReports());
        whilePausing.add(() -> load.know(report("l01", clock.instant()).build()));

        place(quiet("alice", "l01"), WaitPolicy.ENDLESS);

        assertThat(heard.reasons)
                .containsExactly(
                        List.of("l01: load 5 (at most 1)"),
                        List.of("l01: drained by root: disks"),
                        List.of("l01: load 5 (at most 1)"));
    }

    @Test
    void aWaitingRequestRenewsItsTicketAtEachRetryAndKeepsItsTurn() {
        load.know(report("l01", NOON).load1(5).build());
        PendingRequest first = pending(quiet("alice", "l01"));
        PendingRequest second = pending(quiet("bob", "l01"));
        assertThat(first.tryNow()).isEmpty();
        assertThat(second.tryNow()).isEmpty();

        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.between(clock.instant(), first.nextTry()));
            assertThat(first.isDue()).isTrue();
            assertThat(first.tryNow()).isEmpty();
            assertThat(second.tryNow()).isEmpty();
        }

        assertThat(memory.view().tickets()).extracting(Ticket::user).containsExactly("alice", "bob");
        assertThat(memory.view().tickets()).noneMatch(ticket -> ticket.isVoid(clock.instant()));
    }

    @Test
    void servesTheOldestTicketFirst() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        PendingRequest first = pending(quiet("alice", "l01"));
        PendingRequest second = pending(quiet("bob", "l01"));
        first.tryNow();
        second.tryNow();

        append(ended("j1", NOON));

        assertThat(second.isDue()).isTrue();
        assertThat(second.tryNow()).as("the younger one, though it comes first").isEmpty();
        assertThatThrownBy(() -> place(quiet("carol", "l01"), WaitPolicy.NONE))
                .as("one that does not even wait")
                .hasMessage("no place for hosts l01: older requests come first: alice (hosts l01)");
        assertThat(first.tryNow()).isPresent();
        assertThat(second.tryNow()).isEmpty();
    }

    @Test
    void aRequestContinuedByAnotherDispatcherKeepsItsIdItsTurnAndItsTime() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        PendingRequest old = dispatcher.request(quiet("alice", "l01"), TEN_MINUTES, heard);
        old.tryNow();
        clock.advance(Duration.ofMinutes(1));
        PendingRequest second = pending(quiet("bob", "l01"));
        second.tryNow();

        clock.advance(Duration.ofMinutes(8));
        build(settingsWithMaxRuns(1));
        PendingRequest first = old.continueWith(dispatcher, quiet("alice", "l01"));

        assertThat(first.id()).isEqualTo(old.id());
        assertThat(old.isDue()).isFalse();
        assertThat(first.isDue()).isTrue();
        assertThat(first.tryNow()).isEmpty();
        assertThat(memory.view().tickets()).extracting(Ticket::user).containsExactly("alice", "bob");
        append(ended("j1", clock.instant()));
        assertThat(second.tryNow()).as("the younger one").isEmpty();
        append(reserved("j2", "l01", clock.instant()), started("j2", clock.instant()));
        clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(first::tryNow).hasMessageContaining(" after 10m: ");
        assertThat(memory.view().tickets()).extracting(Ticket::user).containsExactly("bob");
    }

    @Test
    void aTicketThatCannotBeServedBlocksNobody() {
        everyHostIsIdle();
        append(reserved("j1", "l01", "alice", "matlab", NOON), started("j1", NOON));
        load.change("l01", s -> s.withDrain(Optional.of(new HostStatus.Drain("disks", "root", NOON))));
        assertThat(pending(matlab("alice")).tryNow())
                .as("alice has her one seat")
                .isEmpty();
        append(retreated("any", NOON));

        assertThat(pending(matlab("bob")).tryNow()).isPresent();
        assertThat(pending(request("alice")).tryNow()).isPresent();
    }

    private static final LicenseFeature TOOLBOX = new LicenseFeature(
            "toolbox", Optional.empty(), "Toolbox", 1, LicenseFeature.Rule.SAVE, List.of("lmstat"), Optional.empty());

    private static PlacementRequest matlabAndToolbox(String user) {
        return request(user).withLicenses(List.of(RequiredLicense.of(MATLAB), RequiredLicense.of(TOOLBOX)));
    }

    @Test
    void aRequestForTwoFeaturesTakesNeitherIfOneIsMissing() {
        everyHostIsIdle();
        server = new ServerUsage.Known(1, 1, Set.of());
        PendingRequest alice = pending(matlabAndToolbox("alice"));
        assertThat(alice.tryNow()).isEmpty();
        assertThat(memory.view().claims()).isEmpty();
        assertThat(heard.reasons.get(0).get(0)).contains("license toolbox: alice holds no seat here and none is free");

        server = new ServerUsage.Known(1, 0, Set.of());
        assertThat(alice.tryNow()).isPresent();
        assertThat(memory.view().claims()).hasSize(1).allMatch(claim -> claim.licenses()
                .equals(List.of("matlab", "toolbox")));
    }

    @Test
    void aTicketForTwoFeaturesBlocksARequestForOneUntilItsOwnerHasTried() {
        everyHostIsIdle();
        server = new ServerUsage.Known(1, 1, Set.of());
        PendingRequest alice = pending(matlabAndToolbox("alice"));
        assertThat(alice.tryNow()).as("the toolbox is in use").isEmpty();
        append(retreated("any", NOON));
        server = new ServerUsage.Known(1, 0, Set.of());
        append(reserved("j1", "l01", "alice", "matlab", NOON), started("j1", NOON));
        PlacementRequest toolbox = request("bob").withLicenses(List.of(RequiredLicense.of(TOOLBOX)));

        assertThat(pending(toolbox).tryNow())
                .as("the older request may take the toolbox")
                .isEmpty();

        load.change("l01", s -> s.withDrain(Optional.of(new HostStatus.Drain("disks", "root", NOON))));
        assertThat(alice.tryNow()).as("alice has her one Matlab").isEmpty();
        assertThat(pending(toolbox).tryNow()).isPresent();
    }

    @Test
    void aTicketBlocksOnlyWhatItIsAboutToTake() {
        load.know(report("l01", NOON).build(), report("l02", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON), reserved("j2", "l02", NOON), started("j2", NOON));
        pending(quiet("alice", "l01")).tryNow();
        pending(quiet("bob", "l01", "l02")).tryNow();

        append(ended("j1", NOON), ended("j2", NOON));

        assertThatThrownBy(() -> place(quiet("carol", "l01"), WaitPolicy.NONE)).hasMessageContaining("alice");
        assertThatThrownBy(() -> place(quiet("carol", "l02"), WaitPolicy.NONE)).hasMessageContaining("bob");
        append(new LedgerRecord.TicketClosed(
                memory.view().tickets().iterator().next().id(), NOON));
        assertThat(pending(quiet("carol", "l01", "l02")).tryNow())
                .as("one of two, after bob has one")
                .isPresent();
    }

    @Test
    void anOwnerThatMissesItsTurnIsPassedOver() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        pending(quiet("stopped", "l01")).tryNow();
        pending(quiet("killed", "l01")).tryNow();
        PendingRequest carol = pending(quiet("carol", "l01"));
        assertThat(carol.tryNow()).isEmpty();
        append(ended("j1", NOON));

        for (int missed = 0; missed < 2; missed++) {
            assertThat(carol.isDue()).isTrue();
            assertThat(carol.tryNow()).as("the turn of another").isEmpty();
            assertThat(carol.nextTry()).isEqualTo(clock.instant().plus(TicketQueue.TURN));
            assertThat(carol.isDue()).isFalse();
            clock.advance(TicketQueue.TURN);
        }

        assertThat(carol.isDue()).isTrue();
        assertThat(carol.tryNow()).isPresent();
    }

    @Test
    void requestsForOneSlotDoNotDelayOneForManySlotsForever() {
        load.know(report("l01", NOON).cores(4).build());
        PlacementRequest one = request("bob").withCandidates(new int[] {INVENTORY.position(new HostName("l01"))});
        for (String id : List.of("j1", "j2", "j3", "j4")) {
            append(reserved(id, "l01", NOON), started(id, NOON));
        }
        PendingRequest wide = pending(one.withSlots(4));
        assertThat(wide.tryNow()).isEmpty();
        append(ended("j1", NOON));
        assertThat(wide.tryNow()).isEmpty();
        PlacedRequest soon = pending(one).tryNow().orElseThrow();

        clock.advance(TicketQueue.HOLD_AFTER);
        reservations.retreat(soon.id(), heard::warn);
        assertThat(wide.tryNow()).isEmpty();
        PendingRequest later = pending(one);
        assertThat(later.tryNow()).as("the free slot is held").isEmpty();
        clock.advance(TicketQueue.TURN);
        assertThat(later.tryNow()).as("its owner does not miss a turn").isEmpty();
        clock.advance(TicketQueue.TURN);
        assertThat(later.isDue()).as("nobody else is to be passed over").isFalse();
        append(ended("j2", NOON), ended("j3", NOON), ended("j4", NOON));
        assertThat(later.tryNow()).isEmpty();

        assertThat(wide.tryNow()).isPresent();
        assertThat(later.tryNow()).isEmpty();
    }

    @Test
    void noSlotsAreHeldOnAHostThatIsTooSmallOrForARequestThatWaitsForALicense() {
        load.know(
                report("l01", NOON).cores(4).build(),
                report("l02", NOON).cores(8).build());
        int[] both = INVENTORY.positions(List.of(new HostName("l01"), new HostName("l02")));
        PlacementRequest one = request("bob").withCandidates(both);
        for (int i = 0; i < 8; i++) {
            append(reserved("j" + i, "l02", NOON), started("j" + i, NOON));
        }
        PendingRequest wide = pending(one.withSlots(6));
        assertThat(wide.tryNow()).isEmpty();
        server = new ServerUsage.Unknown("it is down");
        append(reserved("held", "l02", "alice", "matlab", NOON), started("held", NOON));
        PendingRequest licensed = pending(matlab("alice").withCandidates(both).withSlots(4));
        assertThat(licensed.tryNow()).isEmpty();

        clock.advance(TicketQueue.HOLD_AFTER);
        assertThat(wide.tryNow()).isEmpty();
        assertThat(licensed.tryNow()).isEmpty();

        for (int i = 0; i < 4; i++) {
            assertThat(pending(one).tryNow())
                    .as("l01 is too small for six slots")
                    .isPresent();
        }
    }

    @Test
    void aHostThatComesBackGoesToTheOldestRequest() {
        load.know(report("l01", NOON).load1(5).build());
        build(settingsWithMaxRuns(1));
        PendingRequest first = pending(quiet("alice", "l01"));
        PendingRequest second = pending(quiet("bob", "l01"));
        assertThat(first.tryNow()).isEmpty();
        assertThat(second.tryNow()).isEmpty();
        clock.advance(Duration.ofMinutes(1));

        load.know(report("l01", clock.instant()).build());

        assertThat(second.isDue()).isTrue();
        assertThat(second.tryNow()).as("nobody has missed a turn yet").isEmpty();
        assertThat(first.tryNow()).isPresent();
    }

    @Test
    void ofManyWaitingRequestsOnlyTheOneWhoseTurnItIsWritesToTheLedger() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        Switch counting = new Switch(memory);
        ledger = counting;
        build(settingsWithMaxRuns(1));
        List<PendingRequest> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(pending(quiet("user" + i, "l01")));
            assertThat(waiting.get(i).tryNow()).isEmpty();
        }
        append(ended("j1", NOON));
        counting.transactions = 0;

        for (int i = 49; i > 0; i--) {
            assertThat(waiting.get(i).isDue()).isTrue();
            assertThat(waiting.get(i).tryNow()).isEmpty();
        }
        assertThat(counting.transactions).isZero();
        assertThat(waiting.get(0).tryNow()).isPresent();
        assertThat(heard.reasons).as("no message while another takes its turn").hasSize(50);
        for (PendingRequest request : waiting.subList(1, 50)) {
            assertThat(request.tryNow()).isEmpty();
        }
        assertThat(counting.transactions).isEqualTo(1);
    }

    @Test
    void requestsFarBehindInTheQueueLookLessOften() {
        load.know(report("l01", NOON).load1(5).build());
        List<Duration> looks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            PendingRequest request = pending(quiet("alice", "l01"));
            request.tryNow();
            looks.add(Duration.between(clock.instant(), request.nextLook()));
        }

        assertThat(looks.subList(0, 25)).containsOnly(Duration.ofSeconds(1));
        assertThat(looks.get(25)).isEqualTo(Duration.ofSeconds(2));
        assertThat(looks.get(199)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aVoidTicketBlocksNobody() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        pending(quiet("alice", "l01")).tryNow();
        append(ended("j1", NOON));
        assertThat(pending(quiet("bob", "l01")).tryNow()).isEmpty();

        Instant retries = memory.view().tickets().iterator().next().nextTry().orElseThrow();
        clock.advance(Duration.between(clock.instant(), retries)
                .plus(Ticket.VOID_AFTER)
                .plusSeconds(1));

        assertThat(pending(quiet("carol", "l01")).tryNow()).isPresent();
    }

    @Test
    void aPostponedRequestIsInTheQueueButBlocksNobodyBeforeItsTime() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        Duration delay = Ticket.RENEWAL.multipliedBy(2);
        PendingRequest postponed = dispatcher.request(quiet("alice", "l01"), WaitPolicy.NONE, heard);
        postponed.postpone(new Postponement(NOON.plus(delay), "no license"));
        assertThat(postponed.isDue()).isTrue();
        assertThat(postponed.tryNow()).isEmpty();
        assertThat(postponed.isDue()).isFalse();
        PendingRequest other = pending(quiet("bob", "l01"));
        assertThat(other.tryNow()).isPresent();
        assertThat(pending(quiet("carol", "l01")).tryNow())
                .as("it waits for bob")
                .isEmpty();

        List<QueuedRequest> queue = QueuedRequest.all(reservations, clock.instant());
        assertThat(queue).extracting(queued -> queued.ticket().user()).containsExactly("carol", "alice");
        assertThat(queue.get(1).reason()).isEqualTo("no license");
        assertThat(queue.get(1).ticket().nextTry()).contains(NOON.plus(delay));

        clock.advance(Ticket.RENEWAL);
        assertThat(postponed.isDue()).isTrue();
        assertThat(postponed.tryNow()).isEmpty();
        clock.advance(Ticket.RENEWAL.minusSeconds(1));
        postponed = postponed.continueWith(dispatcher, quiet("alice", "l01"));
        assertThat(postponed.tryNow()).isEmpty();
        assertThat(memory.view().ticket(postponed.id()).orElseThrow().isVoid(clock.instant()))
                .isFalse();
        clock.advance(Duration.ofSeconds(1));
        load.know(report("l01", clock.instant()).build());
        append(reserved("j2", "l01", clock.instant()), started("j2", clock.instant()));
        assertThat(postponed.isDue()).isTrue();
        assertThatThrownBy(postponed::tryNow).hasMessageContaining("l01: 1 jobs running (maxRuns 1)");
        assertThat(memory.view().ticket(postponed.id())).isEmpty();
    }

    @Test
    void aPostponedRequestWaitsForItsTurnAfterItsTime() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        append(reserved("j1", "l01", NOON), started("j1", NOON));
        PendingRequest postponed = pending(quiet("alice", "l01"));
        postponed.postpone(new Postponement(NOON.plusSeconds(30), "no license"));
        assertThat(postponed.tryNow()).isEmpty();
        clock.advance(Duration.ofSeconds(30));
        assertThat(postponed.tryNow()).isEmpty();
        append(ended("j1", clock.instant()));

        assertThat(pending(quiet("bob", "l01")).tryNow())
                .as("it is postponed no longer")
                .isEmpty();
        assertThat(postponed.tryNow()).isPresent();
    }

    @Test
    void aPostponedRequestCanBeWithdrawnAndCancelled() {
        PendingRequest withdrawn = dispatcher.request(request("alice"), WaitPolicy.NONE, heard);
        withdrawn.postpone(new Postponement(NOON.plusSeconds(30), "no license"));
        assertThat(withdrawn.tryNow()).isEmpty();
        assertThat(reservations.withdraw(withdrawn.id(), "root")).isTrue();
        assertThat(withdrawn.isDue()).isTrue();
        assertThatThrownBy(withdrawn::tryNow).hasMessageContaining("was withdrawn by root");

        PendingRequest cancelled = dispatcher.request(request("alice"), WaitPolicy.NONE, heard);
        cancelled.postpone(new Postponement(NOON.plusSeconds(30), "no license"));
        assertThat(cancelled.tryNow()).isEmpty();
        cancelled.cancel();
        assertThat(memory.view().tickets()).isEmpty();
    }

    @Test
    void aTicketWhoseOwnerTriedInVainSinceTheReleaseBlocksNobody() {
        load.know(report("l01", NOON).build());
        build(settingsWithMaxRuns(1));
        Ticket.Needs needs = new Ticket.Needs(List.of(new HostName("l01")), 1, 0, 0, OptionalDouble.empty(), List.of());
        append(new LedgerRecord.TicketOpened(new Ticket("t1", "alice", "pool vnc", needs, NOON, NOON)));
        assertThat(pending(quiet("bob", "l01")).tryNow()).isEmpty();

        append(new LedgerRecord.TicketRenewed("t1", true, NOON.plusSeconds(1)));

        assertThatThrownBy(() -> place(quiet("carol", "l01"), WaitPolicy.NONE))
                .as("bob's older ticket gave way, and is about to try again")
                .hasMessageContaining("bob");
        append(new LedgerRecord.TicketRenewed(
                memory.view().tickets().stream()
                        .skip(1)
                        .findFirst()
                        .orElseThrow()
                        .id(),
                true,
                NOON));
        assertThat(pending(quiet("carol", "l01")).tryNow()).isPresent();
    }

    @Test
    void withdrawsItsTicketWhenInterrupted() {
        load.know(report("l01", NOON).load1(5).build());
        whilePausing.add(() -> {
            assertThat(memory.view().tickets()).hasSize(1);
            Thread.currentThread().interrupt();
        });
        dispatcher = dispatcherThatCanBeInterrupted();

        assertThatThrownBy(() -> place(quiet("alice", "l01"), WaitPolicy.ENDLESS))
                .isInstanceOf(InterruptedException.class);

        assertThat(memory.view().tickets()).isEmpty();
    }

    private Dispatcher dispatcherThatCanBeInterrupted() {
        return builder()
                .pause(time -> {
                    pause(time);
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                })
                .build();
    }

    @Test
    void opensItsTicketAgainIfItIsGone() {
        load.know(report("l01", NOON).load1(5).build());
        PendingRequest waiting = pending(quiet("alice", "l01"));
        waiting.tryNow();
        append(new LedgerRecord.TicketClosed(
                memory.view().tickets().iterator().next().id(), NOON));

        waiting.tryNow();

        assertThat(memory.view().tickets()).hasSize(1);
    }

    @Test
    void goesOnUnrecordedWithAWarningWhereTheLedgerStaysLocked() throws InterruptedException {
        everyHostIsIdle();
        append(reserved("j1", "l01", NOON), reserved("j2", "l02", NOON));
        ledger = new BusyLedger(memory);
        build();

        PlacedRequest place = place(request("alice"), WaitPolicy.NONE);

        assertThat(place.host().name()).as("the ledger could be read").hasToString("l03");
        assertThat(place.recorded()).isFalse();
        assertThat(heard.warnings).singleElement().asString().contains("the ledger is locked");
        assertThat(dispatcher.start(place, heard)).isTrue();
    }

    @Test
    void whatGivesSomethingBackFailsNobody() {
        everyHostIsIdle();
        append(reserved("gone", "l01", NOON.minusSeconds(60)));
        ledger = new BusyLedger(memory);
        build();

        List<String> warnings = new ArrayList<>();
        reservations.end("gone", OptionalInt.of(0), NOON, warnings::add);
        reservations.retreat("gone", warnings::add);
        assertThat(warnings).hasSize(2).containsOnly("the ledger is locked; the next scan ends the ledger entry");
        assertThat(reservations.reconcile(load.latest())).isEmpty();
    }

    @Test
    void aLedgerThatGetsLockedWhileARequestWaitsIsAReasonToWait() {
        everyHostIsIdle();
        Switch onAndOff = new Switch(memory);
        ledger = onAndOff;
        build();
        append(reserved("held", "l01", "alice", "matlab", NOON));
        load.change("l01", s -> s.withDrain(Optional.of(new HostStatus.Drain("disks", "root", NOON))));
        PendingRequest waiting = pending(matlab("alice"));
        assertThat(waiting.tryNow()).isEmpty();

        onAndOff.busy = true;
        clock.advance(Duration.between(clock.instant(), waiting.nextTry()));
        assertThat(waiting.tryNow()).isEmpty();
        assertThat(heard.reasons.get(1)).containsExactly("the ledger is locked");

        onAndOff.busy = false;
        append(ended("held", NOON));
        assertThat(waiting.isDue()).isTrue();
        assertThat(waiting.tryNow()).isPresent();
    }

    @Test
    void aRequestThatMeetsALockedLedgerIsInTheQueueSoonAfterwards() {
        load.know(report("l01", NOON).load1(5).build());
        Switch onAndOff = new Switch(memory);
        ledger = onAndOff;
        build();
        onAndOff.busy = true;
        PendingRequest waiting = pending(quiet("alice", "l01"));
        assertThat(waiting.tryNow()).isEmpty();
        assertThat(memory.view().tickets()).isEmpty();

        onAndOff.busy = false;
        clock.advance(TicketQueue.TURN);
        assertThat(waiting.isDue()).isTrue();
        assertThat(waiting.tryNow()).isEmpty();

        assertThat(memory.view().tickets()).singleElement().satisfies(ticket -> assertThat(ticket.reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("load 5")));
        assertThat(waiting.nextTry()).isAfter(clock.instant().plus(TicketQueue.TURN));
        assertThat(heard.reasons).as("the reason has not changed").hasSize(1);
    }

    /** A ledger that others lock at times, and that counts the transactions. */
    private static final class Switch implements Ledger {

        private final Ledger behind;
        private boolean busy;
        private int transactions;

        Switch(Ledger behind) {
            this.behind = behind;
        }

        @Override
        public LedgerView view() {
            return behind.view();
        }

        @Override
        public <T> T transact(Function<LedgerView, Decision<T>> decide) {
            transactions++;
            return busy ? new BusyLedger(behind).transact(decide) : behind.transact(decide);
        }
    }

    @Test
    void refusesALicensedJobWhereTheLedgerStaysLocked() {
        everyHostIsIdle();
        ledger = new BusyLedger(memory);
        build();

        assertThatThrownBy(() -> place(matlab("alice"), WaitPolicy.ENDLESS))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.LIMIT))
                .hasMessageContaining("the ledger is locked");
    }

    @Test
    void asksTheLicenseServerBeforeEachAttempt() throws InterruptedException {
        everyHostIsIdle();
        LicenseFeature served =
                new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of("lmstat"));
        server = new ServerUsage.Known(5, 5, Set.of());
        whilePausing.add(() -> server = new ServerUsage.Known(5, 4, Set.of()));
        whilePausing.add(() -> append(retreated("any", clock.instant())));

        place(request("alice").withLicenses(List.of(RequiredLicense.of(served))), WaitPolicy.ENDLESS);

        assertThat(paused).isEqualTo(Duration.ofSeconds(2));
        assertThat(heard.reasons)
                .containsExactly(List.of(
                        "l[01-03]: license matlab: alice holds no seat here and none is free: " + "5 of 5 in use"));
    }

    @Test
    void leavesAHostThatBecameWorseThanTheRunnerUpByMoreThanASlotOnce() {
        load.know(report("l01", NOON).build(), report("l02", NOON).runnable(1).build());
        PendingRequest pending = pending(request("alice"));
        PlacedRequest place = pending.tryNow().orElseThrow();
        assertThat(place.host().name()).hasToString("l01");

        PlacedRequest stays = pending.lookAgain(
                        place, report("l01", NOON.plusSeconds(1)).runnable(2).build())
                .orElseThrow();
        assertThat(stays.host().name()).as("worse by one slot").hasToString("l01");

        PlacedRequest moved = pending.lookAgain(
                        place, report("l01", NOON.plusSeconds(2)).runnable(3).build())
                .orElseThrow();
        assertThat(moved.host().name()).hasToString("l02");
        assertThat(moved.id()).isEqualTo(place.id());
        assertThat(memory.view().claims()).containsExactly(moved.reservation());

        assertThat(pending.lookAgain(
                        moved, report("l02", NOON.plusSeconds(3)).runnable(99).build()))
                .as("only once")
                .contains(moved);
    }

    @Test
    void theSecondLookCountsWhatWasPromisedOnTheRunnerUpMeanwhile() {
        load.know(report("l01", NOON).build(), report("l02", NOON).build());
        PendingRequest pending = pending(request("alice"));
        PlacedRequest place = pending.tryNow().orElseThrow();
        String other = place.host().name().value().equals("l01") ? "l02" : "l01";
        append(reserved("a", other, NOON), reserved("b", other, NOON), reserved("c", other, NOON));

        PlacedRequest stays = pending.lookAgain(
                        place,
                        report(place.host().name().value(), NOON.plusSeconds(1))
                                .runnable(3)
                                .build())
                .orElseThrow();

        assertThat(stays).isEqualTo(place);
    }

    @Test
    void aHostThatTurnsOutUnfitIsAvoidedUntilAScanFindsItWell() {
        load.know(report("l01", NOON).build());
        PendingRequest pending = pending(request("alice"));
        PlacedRequest place = pending.tryNow().orElseThrow();

        assertThat(pending.lookAgain(
                        place,
                        report("l01", NOON.plusSeconds(1))
                                .complaint("disk full")
                                .build()))
                .isEmpty();

        assertThat(memory.view().claims()).isEmpty();
        assertThat(pending.tryNow()).isEmpty();
        assertThat(heard.reasons.get(0)).contains("l01: check says: disk full");
        load.know(report("l01", NOON.plusSeconds(2)).build());
        assertThat(pending.isDue()).isTrue();
        assertThat(pending.tryNow()).isPresent();
    }

    @Test
    void aHostThatDidNotTakeTheJobIsGivenBackAndTheNextBestIsTaken() {
        load.know(report("l01", NOON).build(), report("l02", NOON).runnable(1).build());
        PendingRequest pending = pending(request("alice"));
        PlacedRequest place = pending.tryNow().orElseThrow();

        pending.giveBack(place, new LoadshareException(LoadshareException.Kind.UNAVAILABLE, "connection refused"));

        assertThat(memory.view().claims()).isEmpty();
        assertThat(pending.tryNow().orElseThrow().host().name()).hasToString("l02");
    }

    @Test
    void startsAJobOnItsPlace() throws InterruptedException {
        everyHostIsIdle();
        PlacedRequest place = place(matlab("alice"), WaitPolicy.NONE);

        assertThat(dispatcher.start(place, heard)).isTrue();

        assertThat(memory.view().claim(place.id())).containsInstanceOf(TrackedJob.class);
        reservations.end(place.id(), OptionalInt.of(0), clock.instant().minusSeconds(3), warning -> {});
        assertThat(memory.view().claims()).isEmpty();
        assertThat(heard.warnings).isEmpty();
    }

    @Test
    void aLapsedReservationIsTakenAnewIfTheRulesStillAllow() throws InterruptedException {
        everyHostIsIdle();
        PlacedRequest place = place(matlab("alice"), WaitPolicy.NONE);
        clock.advance(Duration.ofSeconds(20));
        everyHostIsIdle();
        assertThat(reservations.reconcile(load.latest())).hasSize(1);

        assertThat(dispatcher.start(place, heard)).isTrue();

        assertThat(memory.view().claim(place.id())).hasValueSatisfying(claim -> {
            assertThat(claim).isInstanceOf(TrackedJob.class);
            assertThat(claim.placedAt()).isEqualTo(clock.instant());
        });
    }

    @Test
    void aLapsedReservationWhoseSeatIsGoneDoesNotStart() throws InterruptedException {
        load.know(report("l01", NOON).build());
        PlacedRequest place = place(matlab("alice"), WaitPolicy.NONE);
        clock.advance(Duration.ofSeconds(20));
        load.know(
                report("l01", clock.instant()).build(),
                report("l02", clock.instant()).build());
        append(reserved("other", "l02", "alice", "matlab", clock.instant()));

        assertThat(dispatcher.start(place, heard)).isFalse();

        assertThat(memory.view().claims()).extracting(Claim::id).containsExactly("other");
    }

    @Test
    void aScanClosesThePromisesItRefutes() {
        append(
                reserved("gone", "l01", NOON),
                started("gone", NOON),
                reserved("seen", "l01", NOON),
                started("seen", NOON),
                reserved("young", "l01", NOON.plusSeconds(25)),
                reserved("forsaken", "l01", NOON),
                reserved("elsewhere", "l02", NOON));
        clock.advance(Duration.ofSeconds(30));
        load.know(report("l01", NOON.plusSeconds(30)).job("seen", 1, "alice").build());

        List<Claim> closed = reservations.reconcile(load.latest());

        assertThat(closed).extracting(Claim::id).containsExactly("gone", "forsaken");
        assertThat(memory.view().claims()).extracting(Claim::id).containsExactly("seen", "young", "elsewhere");
        assertThat(memory.view().at(0).completed()).as("started jobs only").isEqualTo(1);
        assertThat(memory.view().at(0).recentEnds()).singleElement().satisfies(end -> {
            assertThat(end.end().status()).isNegative();
            assertThat(end.end().ran()).isEqualTo(Duration.ofSeconds(30));
        });
    }

    @Test
    void aRebootClosesPromisesAlsoWhereTheProbeSeesLittle() {
        append(reserved("before", "l01", NOON), started("before", NOON));
        append(reserved("after", "l01", NOON), started("after", NOON.plusSeconds(40)));
        load.know(report("l01", NOON.plusSeconds(60))
                .incomplete()
                .uptime(Duration.ofSeconds(30))
                .build());

        assertThat(reservations.reconcile(load.latest())).extracting(Claim::id).containsExactly("before");
    }

    @Test
    void aReservationWhoseOwnerDiedLapsesAlsoWhereTheProbeSeesLittle() {
        append(reserved("forsaken", "l01", NOON), reserved("running", "l01", NOON), started("running", NOON));
        load.know(report("l01", NOON.plus(Claim.LAPSE)).incomplete().build());
        assertThat(reservations.reconcile(load.latest())).isEmpty();

        load.know(report("l01", NOON.plus(Claim.LAPSE).plusSeconds(1))
                .incomplete()
                .build());
        assertThat(reservations.reconcile(load.latest())).extracting(Claim::id).containsExactly("forsaken");
    }

    @Test
    void bestPromisesNothing() {
        everyHostIsIdle();

        assertThat(dispatcher.best(request("alice"), true)).isInstanceOf(PlacementResult.Placed.class);

        assertThat(memory.view().claims()).isEmpty();
        assertThat(load.scans).isEmpty();
    }

    @Test
    void bestWaitsForAHostAsLongAsPatienceLasts() throws InterruptedException {
        WaitPolicy patience = new WaitPolicy(Optional.of(Duration.ofSeconds(30)), false);

        assertThat(dispatcher.best(request("alice"), patience)).isInstanceOf(PlacementResult.NotNow.class);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(30));
    }

    @Test
    void bestScansWhereNothingIsKnownUnlessForbidden() {
        load.answer("l03", status -> report("l03", clock.instant()).status());

        assertThat(dispatcher.best(request("alice"), false)).isInstanceOf(PlacementResult.NotNow.class);
        assertThat(dispatcher.best(request("alice"), true)).isInstanceOf(PlacementResult.Placed.class);
        assertThat(load.scans).hasSize(1);
    }

    @Test
    void aJobIdThatIsTakenIsMadeAnew() {
        everyHostIsIdle();
        append(reserved("taken", "l01", NOON));

        Attempt attempt = reservations.reserve(
                JobKind.ORDINARY,
                "taken",
                request("bob"),
                load.latest(),
                view -> view,
                Optional.empty(),
                0,
                Optional.empty());

        assertThat(((Attempt.Reserved) attempt).place().id()).isNotEqualTo("taken");
        assertThat(memory.view().claims()).hasSize(2);
    }

    private static PlacementSettings settingsWithMaxRuns(int maxRuns) {
        PlacementSettings d = PlacementSettings.DEFAULT;
        return new PlacementSettings(
                d.model(),
                d.openQueryPenalty(),
                d.maxOpenQueryPenalty(),
                d.recencyPenalty(),
                d.recencyPenaltyInterval(),
                d.recencyPenaltyJobs(),
                d.runJobPenalty(),
                maxRuns,
                d.maxLoad(),
                d.slotsPerCore(),
                d.reservePerDesktop(),
                d.queryPercentage(),
                d.minQueries(),
                d.waitReplyPercentage(),
                d.randomOrder(),
                d.maxAge());
    }
}
