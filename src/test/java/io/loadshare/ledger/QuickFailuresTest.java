package io.loadshare.ledger;

import static io.loadshare.testing.LedgerRecords.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.testing.LedgerRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuickFailuresTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final JobOrigin ALICE = new JobOrigin("alice", "matlab");
    private static final JobOrigin BOB = new JobOrigin("bob", "matlab");
    private static final JobOrigin BROKEN = new JobOrigin("carol", "broken");

    private LedgerView view = LedgerView.empty(new HostInventory(
            List.of(Host.named("l1"), Host.named("l2"), Host.named("l3"), Host.named("l4")), List.of()));
    private Instant now = NOW;
    private int number;

    private void runs(String host, JobOrigin origin, double seconds) {
        Instant start = now.minusMillis((long) (seconds * 1000));
        start(LedgerRecords.reservation("j" + number, host, origin, start));
    }

    private void start(Reservation reservation) {
        view = view.fold(
                List.of(new LedgerRecord.Reserved(reservation), started("j" + number++, reservation.placedAt())));
    }

    private void ended(String host, JobOrigin origin, int status, double seconds) {
        runs(host, origin, seconds);
        end(status, seconds);
    }

    private void end(int status, double seconds) {
        Duration ran = Duration.ofMillis((long) (seconds * 1000));
        view = view.fold(new LedgerRecord.Ended("j" + (number - 1), status, ran, now));
    }

    /** A job of somebody who asked for the host by name. */
    private void endedAsAsked(String host, int status) {
        start(LedgerRecords.reservation("j" + number, host, "alice", now));
        end(status, 0.1);
    }

    private Optional<String> blame(String host, JobOrigin last) {
        return QuickFailures.blame(view, new HostName(host), last, now);
    }

    private Optional<Suspension> own(String host, JobOrigin origin) {
        return QuickFailures.ownSuspension(view, new HostName(host), origin, now);
    }

    private void bothDoWellOn(String host) {
        ended(host, ALICE, 0, 1);
        ended(host, BOB, 0, 1);
    }

    @Test
    void failuresOfTwoOwnersWhoDoWellElsewhereAreTheHosts() {
        bothDoWellOn("l2");
        ended("l1", ALICE, 127, 0.1);
        assertThat(blame("l1", ALICE)).isEmpty();
        ended("l1", BOB, 126, 9.9);
        assertThat(blame("l1", BOB))
                .contains("2 jobs of alice, bob in a row failed here within 10 s and do well elsewhere,"
                        + " the last with status 126");
        assertThat(blame("l2", BOB)).isEmpty();
    }

    @Test
    void failuresOfFourOwnersWhoseJobsHaveRunNowhereElseAreTheHosts() {
        for (String owner : List.of("alice", "bob", "carol", "bob", "carol")) {
            ended("l1", new JobOrigin(owner, "matlab"), 1, 0.1);
            assertThat(blame("l1", new JobOrigin(owner, "matlab"))).isEmpty();
        }
        JobOrigin dave = new JobOrigin("dave", "matlab");
        ended("l1", dave, 1, 0.1);
        assertThat(blame("l1", dave))
                .contains("6 jobs of alice, bob, carol and 1 more in a row failed here within 10 s"
                        + " and have run nowhere else lately, the last with status 1");
        ended("l2", dave, 1, 0.1);
        assertThat(blame("l1", dave)).as("dave's job fails elsewhere, too").isEmpty();
    }

    @Test
    void oneOwnersFailuresAreNeverTheHosts() {
        JobOrigin other = new JobOrigin("alice", "python");
        for (int i = 0; i < 1000; i++) {
            ended("l2", ALICE, 0, 1);
            ended("l2", other, 0, 1);
            ended("l1", i % 2 == 0 ? ALICE : other, 1, 0.1);
        }
        assertThat(blame("l1", ALICE)).isEmpty();
        assertThat(blame("l1", other)).isEmpty();
    }

    @Test
    void brokenJobsSpeakAgainstNoHostHoweverManyTheirOwners() {
        bothDoWellOn("l2");
        for (int i = 0; i < 100; i++) {
            for (String host : List.of("l1", "l2", "l3", "l4")) {
                ended(host, BROKEN, 1, 0.1);
                ended(host, new JobOrigin("dave", "broken"), 1, 0.1);
            }
        }
        ended("l1", ALICE, 1, 0.1);
        assertThat(blame("l1", ALICE)).isEmpty();
        ended("l1", BROKEN, 1, 0.1);
        assertThat(blame("l1", BROKEN)).isEmpty();
        ended("l1", BOB, 1, 0.1);
        assertThat(blame("l1", BROKEN)).as("its failure says nothing").isEmpty();
        assertThat(blame("l1", BOB)).isPresent();
    }

    @Test
    void whoFailsOnAsManyHostsAsNotIsBroken() {
        bothDoWellOn("l2");
        ended("l3", BOB, 1, 0.1);
        ended("l1", ALICE, 1, 0.1);
        ended("l1", BOB, 1, 0.1);
        assertThat(blame("l1", BOB)).isEmpty();
        ended("l4", BOB, 0, 0.1);
        assertThat(blame("l1", BOB)).isPresent();
    }

    @Test
    void aJobElsewhereThatLastsNoLongerThanTheOneThatFailedSaysNothing() {
        ended("l2", ALICE, 0, 1);
        runs("l2", BOB, 2);
        ended("l1", ALICE, 1, 0.1);
        ended("l1", BOB, 1, 1);
        assertThat(blame("l1", BOB)).isEmpty();
        runs("l3", BOB, 2.1);
        assertThat(blame("l1", BOB)).isPresent();
    }

    @Test
    void aJobThatPassesOrLastsBreaksTheRow() {
        bothDoWellOn("l2");
        ended("l1", ALICE, 1, 0.1);
        ended("l1", BROKEN, 0, 0.1);
        ended("l1", BOB, 1, 0.1);
        assertThat(blame("l1", BOB)).isEmpty();
        ended("l1", ALICE, 1, 600);
        ended("l1", BOB, 1, 0.1);
        assertThat(blame("l1", BOB)).isEmpty();
        endedAsAsked("l1", 0);
        ended("l1", ALICE, 1, 0.1);
        assertThat(blame("l1", ALICE)).isEmpty();
    }

    @Test
    void jobsThatSomeoneEndedOrThatNobodyKnowsTheEndOfSayNothing() {
        bothDoWellOn("l2");
        for (int i = 0; i < 10; i++) {
            ended("l1", ALICE, 143, 0.1);
            ended("l1", BOB, 130, 0.1);
            ended("l1", ALICE, -1, 0.1);
        }
        assertThat(blame("l1", ALICE)).isEmpty();
        assertThat(own("l1", ALICE)).isEmpty();
        ended("l1", ALICE, 1, 0.1);
        ended("l1", BOB, 143, 0.1);
        ended("l1", BOB, -1, 0.1);
        ended("l1", BOB, 1, 0.1);
        assertThat(blame("l1", BOB)).isPresent();
    }

    @Test
    void jobsThatAskedForTheHostSpeakAgainstNone() {
        bothDoWellOn("l2");
        for (int i = 0; i < 100; i++) {
            endedAsAsked("l1", 1);
        }
        ended("l1", ALICE, 1, 0.1);
        assertThat(blame("l1", ALICE)).isEmpty();
        assertThat(own("l1", ALICE)).isEmpty();
    }

    @Test
    void theJobsOfOneOriginAreKeptFromAHostWhereTheyFailAlone() {
        ended("l2", ALICE, 0, 1);
        ended("l1", ALICE, 1, 0.1);
        assertThat(own("l1", ALICE)).isEmpty();
        ended("l1", new JobOrigin("alice", "hostname"), 0, 0.1);
        ended("l1", ALICE, 1, 0.1);

        Suspension own = own("l1", ALICE).orElseThrow();
        assertThat(own.until()).isEqualTo(NOW.plusSeconds(10));
        assertThat(own.reason())
                .isEqualTo("2 jobs of alice (matlab) in a row failed here within 10 s and do well elsewhere,"
                        + " the last with status 1");
        assertThat(own("l1", BOB)).isEmpty();
        assertThat(own("l1", new JobOrigin("alice", "python"))).isEmpty();
    }

    @Test
    void theyAreKeptFromItLongerTheLongerTheyFail() {
        ended("l2", ALICE, 0, 1);
        ended("l1", ALICE, 1, 0.1);
        ended("l1", ALICE, 1, 0.1);
        now = NOW.plusSeconds(11);
        ended("l1", ALICE, 1, 0.1);
        assertThat(own("l1", ALICE).orElseThrow().until()).isEqualTo(now.plusSeconds(660));
        now = NOW.plusSeconds(500);
        ended("l2", ALICE, 0, 1);
        ended("l1", ALICE, 1, 0.1);
        assertThat(own("l1", ALICE).orElseThrow().until()).isEqualTo(now.plusSeconds(3000));
        endedAsAsked("l1", 0);
        assertThat(own("l1", ALICE)).isEmpty();
    }

    @Test
    void aBrokenJobIsKeptFromNoHost() {
        for (int i = 0; i < 1000; i++) {
            ended("l" + (1 + i % 4), BROKEN, 1, 0.1);
            assertThat(own("l1", BROKEN)).isEmpty();
        }
    }

    @Test
    void aHostWithoutOthersIsNeverSuspended() {
        view = LedgerView.empty(new HostInventory(List.of(Host.named("l1")), List.of()));
        for (int i = 0; i < 10; i++) {
            ended("l1", new JobOrigin("user" + i, "matlab"), 2, 0.1);
            ended("l1", BOB, 2, 0.1);
        }
        assertThat(blame("l1", BOB)).isEmpty();
        assertThat(own("l1", BOB)).isEmpty();
    }
}
