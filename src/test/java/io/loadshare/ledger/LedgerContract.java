package io.loadshare.ledger;

import static io.loadshare.testing.LedgerRecords.ended;
import static io.loadshare.testing.LedgerRecords.reserved;
import static io.loadshare.testing.LedgerRecords.retreated;
import static io.loadshare.testing.LedgerRecords.started;
import static io.loadshare.testing.LedgerRecords.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger must do; each implementation's test extends it. */
public abstract class LedgerContract {

    protected static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");
    protected static final HostInventory INVENTORY = new HostInventory(
            List.of(Host.named("l01"), Host.named("l02"), Host.named("l03"), Host.named("l04")), List.of());

    protected Ledger ledger;

    /** A new, empty ledger for {@link #INVENTORY}. */
    protected abstract Ledger newLedger();

    @BeforeEach
    void openLedger() {
        ledger = newLedger();
    }

    @AfterEach
    void noInterruptIsLeftBehind() {
        Thread.interrupted();
    }

    protected static void append(Ledger to, LedgerRecord... records) {
        to.transact(view -> Ledger.Decision.of(null, records));
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(ledger.view().claims()).isEmpty();
        assertThat(ledger.view().tickets()).isEmpty();
        assertThat(ledger.view().at(0)).isEqualTo(HostLedger.EMPTY);
    }

    @Test
    void showsAReservationUntilItIsRetreated() {
        append(ledger, reserved("j1", "l02", NOON));

        assertThat(ledger.view().claim("j1")).hasValueSatisfying(claim -> {
            assertThat(claim).isInstanceOf(Reservation.class);
            assertThat(claim.placedAt()).isEqualTo(NOON);
        });
        assertThat(ledger.view().of(new HostName("l02")).claims()).hasSize(1);

        append(ledger, retreated("j1", NOON.plusSeconds(1)));

        assertThat(ledger.view().claims()).isEmpty();
        assertThat(ledger.view().of(new HostName("l02")).completed()).isZero();
    }

    @Test
    void countsAJobFromItsStartToItsEnd() {
        append(ledger, reserved("j1", "l02", "alice", "matlab", NOON));
        append(ledger, started("j1", NOON.plusSeconds(2)));

        Claim claim = ledger.view().claim("j1").orElseThrow();
        assertThat(claim).isInstanceOf(TrackedJob.class);
        assertThat(claim.licenses()).containsExactly("matlab");
        assertThat(claim.confirmedAt()).isEqualTo(NOON.plusSeconds(2));

        append(ledger, ended("j1", NOON.plusSeconds(5)));

        HostLedger host = ledger.view().of(new HostName("l02"));
        assertThat(host.claims()).isEmpty();
        assertThat(host.completed()).isEqualTo(1);
        assertThat(host.recentStarts()).containsExactly(NOON.plusSeconds(2));
        assertThat(host.recentEnds()).extracting(HostLedger.EndedJob::end).containsExactly((LedgerRecord.Ended)
                ended("j1", NOON.plusSeconds(5)));
    }

    /** Returns the owner of a ticket as the ledger reports it. A file knows its writer. */
    protected String ownerOf(Ticket ticket) {
        return ticket.owner();
    }

    @Test
    void keepsWhatATicketNeeds() {
        Ticket.Needs needs = new Ticket.Needs(
                HostSet.parse("l[01-03]"), 2, 8L << 30, 1.5, OptionalDouble.of(0.75), List.of("matlab", "statistics"));
        Ticket ticket = new Ticket("t1", "müller", "pool vnc,\nlicense 100% matlab", needs, NOON, NOON);
        append(ledger, new LedgerRecord.TicketOpened(ticket));

        assertThat(ledger.view().tickets())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("owner")
                .containsExactly(ticket);
        assertThat(ledger.view().tickets()).extracting(Ticket::owner).containsExactly(ownerOf(ticket));
    }

    @Test
    void keepsTheLastReasonAndTheNextTryOfATicket() {
        append(ledger, new LedgerRecord.TicketOpened(ticket("t1", "alice", "l01", NOON)));
        append(
                ledger,
                new LedgerRecord.TicketRenewed(
                        "t1",
                        true,
                        Optional.of("l01: drained\nby 100% root"),
                        Optional.of(NOON.plusSeconds(30)),
                        NOON));
        append(
                ledger,
                new LedgerRecord.TicketRenewed(
                        "t1", true, Optional.empty(), Optional.of(NOON.plusSeconds(60)), NOON.plusSeconds(30)));

        Ticket ticket = ledger.view().ticket("t1").orElseThrow();
        assertThat(ticket.reason()).contains("l01: drained\nby 100% root");
        assertThat(ticket.nextTry().map(next -> Duration.between(NOON, next).toSeconds()))
                .as("in whole seconds")
                .hasValueSatisfying(seconds -> assertThat(seconds).isBetween(59L, 60L));
    }

    @Test
    void remembersWhoWithdrewATicket() {
        append(ledger, new LedgerRecord.TicketOpened(ticket("t1", "alice", "l01", NOON)));
        append(ledger, new LedgerRecord.TicketClosed("t1", Optional.of("root"), NOON));

        assertThat(ledger.view().tickets()).isEmpty();
        assertThat(ledger.view().withdrawnBy("t1")).contains("root");
        assertThat(ledger.view().withdrawnBy("t2")).isEmpty();
    }

    @Test
    void listsTicketsInTheOrderInWhichTheyWereOpened() {
        append(ledger, new LedgerRecord.TicketOpened(ticket("t2", "alice", "l01", NOON)));
        append(ledger, new LedgerRecord.TicketOpened(ticket("t1", "bob", "l01", NOON.minusSeconds(9))));
        append(ledger, new LedgerRecord.TicketRenewed("t2", false, NOON.plusSeconds(30)));

        assertThat(ledger.view().tickets()).extracting(Ticket::id).containsExactly("t2", "t1");
        assertThat(ledger.view().ticket("t2").orElseThrow().renewedAt()).isEqualTo(NOON.plusSeconds(30));

        append(ledger, new LedgerRecord.TicketClosed("t2", NOON.plusSeconds(40)));

        assertThat(ledger.view().tickets()).extracting(Ticket::id).containsExactly("t1");
    }

    @Test
    void remembersARefusalUntilSomethingIsReleased() {
        append(ledger, new LedgerRecord.TicketOpened(ticket("t1", "alice", "l01", NOON)));
        append(ledger, new LedgerRecord.TicketRenewed("t1", true, NOON));
        append(ledger, reserved("j1", "l01", NOON));
        assertThat(ledger.view().refusedSinceRelease("t1")).isTrue();
        long before = ledger.view().releases();

        append(ledger, retreated("j1", NOON));

        assertThat(ledger.view().refusedSinceRelease("t1")).isFalse();
        assertThat(ledger.view().releases()).isNotEqualTo(before);
    }

    @Test
    void decidesOnWhatWasAppendedBefore() {
        append(ledger, reserved("j1", "l01", NOON));

        int seen = ledger.transact(view -> Ledger.Decision.of(view.claims().size(), reserved("j2", "l01", NOON)));

        assertThat(seen).isEqualTo(1);
        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j1", "j2");
    }

    @Test
    void changesNothingIfTheDecisionFails() {
        assertThatThrownBy(() -> ledger.transact(view -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");

        append(ledger, reserved("j1", "l01", NOON));
        assertThat(ledger.view().claims()).hasSize(1);
    }

    @Test
    void refusesADecisionThatUsesTheLedger() {
        assertThatThrownBy(() -> ledger.transact(view -> {
                    append(ledger, reserved("j1", "l01", NOON));
                    return Ledger.Decision.of(null);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not use the ledger");
        assertThat(ledger.view().claims()).isEmpty();
    }

    @Test
    void ignoresRecordsAboutUnknownJobsAndTickets() {
        append(
                ledger,
                started("x", NOON),
                ended("x", NOON),
                retreated("x", NOON),
                new LedgerRecord.TicketRenewed("x", true, NOON),
                new LedgerRecord.TicketClosed("x", NOON),
                new LedgerRecord.Counted(new HostName("elsewhere"), 3, NOON));

        assertThat(ledger.view().claims()).isEmpty();
        assertThat(ledger.view().tickets()).isEmpty();
        assertThat(ledger.view().at(0)).isEqualTo(HostLedger.EMPTY);
    }

    @Test
    void keepsClaimsOnHostsOutsideTheInventory() {
        append(ledger, reserved("j1", "elsewhere", "alice", "matlab", NOON));

        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j1");
    }

    @Test
    void forgetsStartsAndEndsOlderThanAnHour() {
        for (int i = 0; i < 5; i++) {
            Instant at = NOON.plus(Duration.ofMinutes(20L * i));
            append(ledger, reserved("j" + i, "l01", at), started("j" + i, at), ended("j" + i, at));
        }

        HostLedger host = ledger.view().at(0);
        assertThat(host.completed()).isEqualTo(5);
        assertThat(host.recentEnds()).extracting(end -> end.job().id()).containsExactly("j1", "j2", "j3", "j4");
        assertThat(host.recentStarts()).hasSize(4).doesNotContain(NOON);
    }

    @Test
    void threadsThatPromiseTheSameThingGiveItToOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> claims = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String id = "j" + i;
                claims.add(() -> ledger.transact(view -> view.at(3).claims().isEmpty()
                        ? Ledger.Decision.of(true, reserved(id, "l04", NOON))
                        : Ledger.Decision.of(false)));
            }
            int granted = 0;
            for (Future<Boolean> claim : threads.invokeAll(claims)) {
                granted += claim.get() ? 1 : 0;
            }
            assertThat(granted).isEqualTo(1);
            assertThat(ledger.view().at(3).claims()).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void servesAThreadThatWasInterrupted() {
        Thread.currentThread().interrupt();

        append(ledger, reserved("j1", "l01", NOON));

        assertThat(ledger.view().claims()).hasSize(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}
