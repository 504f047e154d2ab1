package io.loadshare.scan;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.Timestamps;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.Reservations;
import io.loadshare.dispatch.TestingLoadSource;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.LoadReport;
import io.loadshare.load.Observer;
import io.loadshare.testing.LedgerRecords;
import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TroubledHostsTest {

    private static final HostName L1 = new HostName("l1");
    private static final HostInventory INVENTORY =
            new HostInventory(List.of(Host.named("l1"), Host.named("l2"), Host.named("l3")), List.of());
    private static final Observer ALICE = new Observer("alice", "m1");

    private final TestingClock clock = new TestingClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final List<String> told = new ArrayList<>();
    private final Remembered suspensions = new Remembered();
    private final TroubledHosts troubled =
            new TroubledHosts(suspensions, clock, host -> "undrain " + host + " lifts it", told::add);
    private final Ledger ledger = new InMemoryLedger(INVENTORY);
    private final Reservations reservations = new DispatcherBuilder(
                    ledger, new TestingLoadSource(INVENTORY), clock, new SplittableRandom(1))
            .troubledHosts(troubled)
            .build()
            .reservations();
    private int number;

    /** Suspensions in memory, which may be out of order. */
    private static final class Remembered implements Suspensions {

        private final Map<HostName, Suspension> all = new HashMap<>();
        private boolean broken;

        @Override
        public Map<HostName, Suspension> suspensions() {
            return Map.copyOf(all);
        }

        @Override
        public void suspend(HostName host, Suspension suspension) {
            if (broken) {
                throw new LoadshareException(LoadshareException.Kind.STATE, "the disk is full");
            }
            all.put(host, suspension);
        }

        @Override
        public boolean unsuspend(HostName host) {
            return all.remove(host) != null;
        }
    }

    /** A job that runs from now on, of alice and bob by turns. */
    private String start(String host) {
        String id = "j" + number++;
        JobOrigin origin = new JobOrigin(number % 2 == 0 ? "alice" : "bob", "");
        LedgerRecord reserved = new LedgerRecord.Reserved(LedgerRecords.reservation(id, host, origin, clock.instant()));
        ledger.transact(view -> Ledger.Decision.of(null, reserved, LedgerRecords.started(id, clock.instant())));
        return id;
    }

    private void run(String host, int status, Duration ran) {
        String id = start(host);
        clock.advance(ran);
        reservations.end(id, OptionalInt.of(status), clock.instant().minus(ran), warning -> {
            throw new AssertionError(warning);
        });
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            run("l1", 127, Duration.ofMillis(100));
        }
    }

    /** Jobs of both run well elsewhere. */
    @BeforeEach
    void doWellElsewhere() {
        run("l2", 0, Duration.ofSeconds(1));
        run("l2", 0, Duration.ofSeconds(1));
    }

    private Suspension suspension() {
        return suspensions.all.get(L1);
    }

    private Duration length() {
        return Duration.between(clock.instant(), suspension().until());
    }

    private void passTheSuspension() {
        clock.advance(length());
    }

    @Test
    void aBlackHoleIsSuspendedForATimeThatGrowsUntilAJobPasses() {
        fail(1);
        assertThat(suspension()).isNull();
        fail(1);
        assertThat(length()).isEqualTo(Duration.ofSeconds(10));
        assertThat(told)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("l1 is suspended until " + Timestamps.print(Instant.parse("2026-11-22T12:00:12Z"))
                        + ": 2 jobs of alice, bob in a row")
                .endsWith(" with status 127; undrain l1 lifts it");

        passTheSuspension();
        fail(1);
        assertThat(length()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
        passTheSuspension();
        doWellElsewhere();
        fail(1);
        assertThat(length()).isEqualTo(Duration.ofMinutes(50));

        passTheSuspension();
        run("l1", 0, Duration.ofSeconds(1));
        assertThat(suspension().holds(clock.instant())).isFalse();
        assertThat(suspension().asksForProbe()).isFalse();
    }

    @Test
    void aJobFromBeforeTheSuspensionDoesNotEndIt() {
        String early = start("l1");
        fail(2);
        reservations.end(early, OptionalInt.of(0), clock.instant().minusMillis(300), warning -> {});
        assertThat(suspension().holds(clock.instant())).isTrue();
        assertThat(suspension().asksForProbe()).isTrue();
    }

    @Test
    void troubleLongAgoIsForgotten() {
        fail(2);
        clock.advance(Duration.ofHours(2));
        doWellElsewhere();
        fail(2);
        assertThat(length()).isEqualTo(Duration.ofSeconds(10));
    }

    private void comesBack() {
        LoadReport report = report("l1", clock.instant()).build();
        troubled.measured(HostStatus.of(report).withFailure(failure(Optional.of(ALICE), false)), report, ALICE);
    }

    private HostStatus.ScanFailure failure(Optional<Observer> by, boolean own) {
        return new HostStatus.ScanFailure(
                "no answer", clock.instant(), clock.instant(), LoadshareException.Kind.UNAVAILABLE, by, own);
    }

    @Test
    void aHostThatCameBackIsTrustedOnceAndSuspendedWhenItFlaps() {
        comesBack();
        assertThat(suspension().holds(clock.instant())).isFalse();
        assertThat(suspension().asksForProbe()).isFalse();

        clock.advance(Duration.ofSeconds(5));
        comesBack();
        assertThat(length()).isEqualTo(Duration.ofSeconds(10));
        clock.advance(Duration.ofMinutes(1));
        comesBack();
        assertThat(length()).isEqualTo(Duration.ofSeconds(65));
        clock.advance(Duration.ofMinutes(50));
        comesBack();
        assertThat(length()).isEqualTo(Duration.ofMinutes(10));
        assertThat(suspension().reason()).isEqualTo("comes and goes: unreachable and back again; undrain l1 lifts it");
        clock.advance(Duration.ofHours(2));
        comesBack();
        assertThat(suspension().holds(clock.instant())).isFalse();
    }

    @Test
    void whatIsAsItWasIsNoTrouble() {
        LoadReport report = report("l1", clock.instant()).build();
        troubled.measured(HostStatus.of(report), report, ALICE);
        troubled.measured(HostStatus.UNKNOWN, report, ALICE);
        assertThat(suspensions.all).isEmpty();
    }

    @Test
    void whatAnotherUserOrOnlyItsObserverDidNotReachWasNotAway() {
        LoadReport report = report("l1", clock.instant()).build();
        for (Observer other : List.of(new Observer("bob", "m1"), new Observer("alice", "m2"))) {
            troubled.measured(HostStatus.of(report).withFailure(failure(Optional.of(other), false)), report, ALICE);
            assertThat(suspensions.all).hasSize(other.user().equals("alice") ? 1 : 0);
        }
        suspensions.all.clear();
        troubled.measured(HostStatus.of(report).withFailure(failure(Optional.of(ALICE), true)), report, ALICE);
        assertThat(suspensions.all).isEmpty();
    }

    @Test
    void aSuspensionThatCannotBeWrittenFailsNoJob() {
        suspensions.broken = true;
        fail(2);
        assertThat(told).containsExactly("cannot keep in mind which hosts are in trouble: the disk is full");
    }
}
