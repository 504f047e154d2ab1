package io.loadshare.ledger;

import static io.loadshare.testing.LedgerRecords.reservation;
import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Reservation RESERVATION = reservation("j1", "l01", "alice", NOON);
    private static final TrackedJob JOB = new TrackedJob(RESERVATION, NOON.plusSeconds(60));

    private static ReportBuilder after(long seconds) {
        return report("l01", NOON.plusSeconds(seconds));
    }

    @Test
    void aReservationIsRefutedByACompleteReportMoreThanTenSecondsLater() {
        assertThat(RESERVATION.isRefutedBy(after(10).build())).isFalse();
        assertThat(RESERVATION.isRefutedBy(after(11).build())).isTrue();
    }

    @Test
    void aJobIsRefutedOnlyTenSecondsAfterItsStart() {
        assertThat(JOB.isRefutedBy(after(65).build())).isFalse();
        assertThat(JOB.isRefutedBy(after(71).build())).isTrue();
    }

    @Test
    void nothingThatTheProbeSawIsRefuted() {
        assertThat(JOB.isRefutedBy(after(9999).job("j1", 1, "alice").build())).isFalse();
        assertThat(RESERVATION.isRefutedBy(after(9999).job("j1", 1, "alice").build()))
                .isFalse();
    }

    @Test
    void aReportThatDidNotSeeAllRefutesNoJob() {
        assertThat(JOB.isRefutedBy(after(9999).incomplete().build())).isFalse();
    }

    @Test
    void aReportThatDidNotSeeAllRefutesAReservationThatLapsed() {
        long lapse = Claim.LAPSE.toSeconds();

        assertThat(RESERVATION.isRefutedBy(after(lapse).incomplete().build())).isFalse();
        assertThat(RESERVATION.isRefutedBy(after(lapse + 1).incomplete().build()))
                .isTrue();
    }

    @Test
    void aRebootRefutesWhatWasStartedBefore() {
        Duration up = Duration.ofSeconds(20);

        assertThat(JOB.isRefutedBy(after(60 + 10 + 21).incomplete().uptime(up).build()))
                .isTrue();
        assertThat(JOB.isRefutedBy(after(60 + 10 + 19).incomplete().uptime(up).build()))
                .as("the clocks of two machines may differ by so much")
                .isFalse();
    }

    @Test
    void anEndIsBelievedOfReportsOlderThanItOrLittleYounger() {
        HostLedger ended = LedgerView.empty(LedgerContract.INVENTORY)
                .fold(new LedgerRecord.Reserved(RESERVATION))
                .fold(new LedgerRecord.Ended("j1", 0, Duration.ZERO, NOON))
                .at(0);

        assertThat(ended.sawEnd("j1", after(-300).build())).isTrue();
        assertThat(ended.sawEnd("j1", after(10).build())).isTrue();
        assertThat(ended.sawEnd("j1", after(11).build()))
                .as("it still runs, whatever was recorded")
                .isFalse();
        assertThat(ended.sawEnd("j2", after(0).build())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a b", "../a", "a/b", "a.b", "é", "a\n"})
    void anIdThatIsNoSafeWordIsRefused(String id) {
        assertThatThrownBy(() -> reservation(id, "l01", "alice", NOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was '" + id + "'");
    }

    @Test
    void anIdOfMoreThan64CharactersIsRefused() {
        assertThat(reservation("a".repeat(64), "l01", "alice", NOON).id()).hasSize(64);
        assertThatThrownBy(() -> reservation("a".repeat(65), "l01", "alice", NOON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTicketIsVoidTwoMinutesAfterItsNextTryAlsoBySickClocks() {
        Ticket ticket = io.loadshare.testing.LedgerRecords.ticket("t", "alice", "l01", NOON);
        Ticket retries = ticket.withNextTry(NOON.plusSeconds(60));
        Ticket never = ticket.withNextTry(NOON.plusSeconds(1_000_000));

        assertThat(retries.isVoid(NOON.plusSeconds(60).plus(Ticket.VOID_AFTER))).isFalse();
        assertThat(retries.isVoid(NOON.plusSeconds(60).plus(Ticket.VOID_AFTER).plusMillis(1)))
                .isTrue();
        assertThat(never.isVoid(NOON.plus(Ticket.RENEWAL).plus(Ticket.VOID_AFTER)))
                .isFalse();
        assertThat(never.isVoid(
                        NOON.plus(Ticket.RENEWAL).plus(Ticket.VOID_AFTER).plusMillis(1)))
                .isTrue();
        assertThat(ticket.isVoid(NOON.plus(Ticket.VOID_AFTER))).isFalse();
        assertThat(ticket.isVoid(NOON.plus(Ticket.VOID_AFTER).plusMillis(1))).isTrue();
        assertThat(ticket.isVoid(NOON.minus(Ticket.VOID_AFTER).minusMillis(1))).isTrue();
    }
}
