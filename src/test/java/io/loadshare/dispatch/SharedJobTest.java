package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.LedgerView;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Requests for a job that several of them use, such as a user's desktop. */
class SharedJobTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostInventory INVENTORY =
            new HostInventory(List.of(Host.named("l01"), Host.named("l02")), List.of());
    private static final JobKind ALICE = JobKind.sharedJob(
            "desk-", claim -> claim.id().startsWith("desk-") && claim.user().equals("alice"));

    private final TestingClock clock = new TestingClock(NOON);
    private final InMemoryLedger memory = new InMemoryLedger(INVENTORY);
    private final TestingLoadSource load = new TestingLoadSource(INVENTORY);
    private boolean locked;
    private final Ledger ledger = new Ledger() {
        @Override
        public LedgerView view() {
            return memory.view();
        }

        @Override
        public <T> T transact(Function<LedgerView, Decision<T>> decide) {
            if (locked) {
                throw new LedgerBusyException("the ledger is locked");
            }
            return memory.transact(decide);
        }
    };
    private final Dispatcher dispatcher = new DispatcherBuilder(ledger, load, clock, new SplittableRandom(1)).build();

    private void hostsAreIdle() {
        load.know(
                report("l01", clock.instant()).build(),
                report("l02", clock.instant()).build());
    }

    private Launch<String> launch(JobKind kind, String user) {
        return launch(kind, user, place -> place.host() + " runs " + place.id());
    }

    private Launch<String> launch(JobKind kind, String user, Launch.Owner<String> owner) {
        PlacementRequest request = PlacementRequest.of("pool vnc", INVENTORY.machinePositions(), user, 1);
        return dispatcher.launch(
                kind, request, WaitPolicy.ENDLESS.withoutScan(), DispatchListener.SILENT, load::look, owner);
    }

    private Claim only() {
        assertThat(memory.view().claims()).hasSize(1);
        return memory.view().claims().iterator().next();
    }

    @Test
    void aJobOnRecordServesTheRequestsOfItsUserUntilItHasEnded() throws InterruptedException {
        hostsAreIdle();
        assertThat(launch(ALICE, "alice").tryNow().orElseThrow().job()).contains("runs desk-");

        assertThatThrownBy(() -> launch(ALICE, "alice").tryNow())
                .isInstanceOf(JobOnRecordException.class)
                .hasMessageContaining("job " + only().id() + " on " + only().host());
        assertThat(launch(JobKind.ownJob("desk-"), "alice").tryNow()).isPresent();
        assertThat(memory.view().claims()).hasSize(2);

        memory.view()
                .claims()
                .forEach(claim -> dispatcher.reservations().end(claim.id(), OptionalInt.of(0), NOON, warning -> {}));
        assertThat(launch(ALICE, "alice").tryNow()).isPresent();
    }

    @Test
    void ofSeveralRequestsThatWaitOneStartsTheJobAndTheOthersLeaveTheQueue() throws InterruptedException {
        List<Launch<String>> waiting = List.of(launch(ALICE, "alice"), launch(ALICE, "alice"), launch(ALICE, "alice"));
        for (Launch<String> launch : waiting) {
            assertThat(launch.tryNow()).isEmpty();
        }
        assertThat(memory.view().tickets()).hasSize(3);
        clock.advance(Duration.ofSeconds(10));
        hostsAreIdle();

        assertThat(waiting.get(0).isDue()).isTrue();
        assertThat(waiting.get(0).tryNow()).isPresent();
        for (Launch<String> launch : waiting.subList(1, 3)) {
            assertThat(launch.isDue()).isTrue();
            assertThatThrownBy(launch::tryNow).isInstanceOf(JobOnRecordException.class);
        }
        assertThat(memory.view().tickets()).isEmpty();
        only();
    }

    @Test
    void whileTheLedgerIsLockedTheJobIsNotStartedWithoutARecord() throws InterruptedException {
        hostsAreIdle();
        Launch<String> launch = launch(ALICE, "alice");
        locked = true;
        assertThat(launch.tryNow()).isEmpty();

        locked = false;
        clock.advance(TicketQueue.TURN.plusSeconds(1));
        assertThat(launch.isDue()).isTrue();
        assertThat(launch.tryNow()).isPresent();
        only();
    }

    @Test
    void anEntryIsClosedUnlessItHasChanged() throws InterruptedException {
        hostsAreIdle();
        launch(ALICE, "alice").tryNow();
        Claim running = only();
        Claim before = memory.view().claim(running.id()).orElseThrow();
        dispatcher.reservations().end(running.id(), OptionalInt.empty(), NOON, warning -> {});
        clock.advance(Duration.ofSeconds(1));
        launch(ALICE, "alice").tryNow();

        dispatcher.reservations().close(before);
        Claim next = only();
        assertThat(next.id()).isNotEqualTo(before.id());
        dispatcher.reservations().close(next);
        assertThat(memory.view().claims()).isEmpty();
    }

    /** A client may be suspended between its reservation and the start, for instance on a laptop. */
    @Test
    void aLaunchWhoseReservationLapsedStartsNothingIfAnotherJobServesMeanwhile() throws InterruptedException {
        hostsAreIdle();
        List<String> started = new ArrayList<>();
        Launch<String> suspended = launch(ALICE, "alice", new Launch.Owner<>() {
            @Override
            public void prepare(PlacedRequest place) {
                dispatcher.reservations().close(only());
                try {
                    launch(ALICE, "alice").tryNow();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public String start(PlacedRequest place) {
                started.add(place.id());
                return place.id();
            }
        });

        assertThatThrownBy(suspended::tryNow).isInstanceOf(JobOnRecordException.class);

        assertThat(started).isEmpty();
        assertThat(only().id()).isNotEqualTo(suspended.id());
    }

    @Test
    void aLaunchWhoseReservationLapsedWaitsAgainIfItsHostIsTaken() throws InterruptedException {
        load.know(report("l01", clock.instant()).build());
        Launch<String> suspended = launch(JobKind.ORDINARY, "alice", new Launch.Owner<>() {
            @Override
            public void prepare(PlacedRequest place) {
                dispatcher.reservations().close(only());
                load.know(report("l01", clock.instant())
                        .complaint("its disk is full")
                        .build());
            }

            @Override
            public String start(PlacedRequest place) {
                throw new AssertionError("it must not start");
            }
        });

        assertThat(suspended.tryNow()).isEmpty();
        assertThat(memory.view().tickets()).hasSize(1);
    }

    @Test
    void aChangeOfAnEntryIsAwaitedUntilATime() throws InterruptedException {
        hostsAreIdle();
        launch(ALICE, "alice").tryNow();
        Claim entry = only();
        List<Duration> pauses = new ArrayList<>();
        Dispatcher waiting = new DispatcherBuilder(ledger, load, clock, new SplittableRandom(1))
                .pause(time -> {
                    pauses.add(time);
                    clock.advance(time);
                    if (pauses.size() == 3) {
                        dispatcher.reservations().close(entry);
                    }
                })
                .build();

        waiting.awaitChange(entry, clock.instant().plusMillis(1));
        assertThat(pauses).hasSize(1);
        waiting.awaitChange(entry, clock.instant().plusSeconds(60));
        assertThat(pauses).hasSize(3);
    }
}
