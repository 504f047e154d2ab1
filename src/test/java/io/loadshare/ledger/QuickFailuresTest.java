package io.loadshare.ledger;

import static io.loadshare.testing.LedgerRecords.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.testing.LedgerRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuickFailuresTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private LedgerView view = LedgerView.empty(new HostInventory(
            List.of(Host.named("l1"), Host.named("l2"), Host.named("l3"), Host.named("l4")), List.of()));
    private int number;

    private void runs(String host, String user) {
        String id = "j" + number++;
        view = view.fold(List.of(
                new LedgerRecord.Reserved(LedgerRecords.reservation(id, host, user, NOW.minusSeconds(1))),
                started(id, NOW.minusSeconds(1))));
    }

    private void ended(String host, String user, int status, double seconds) {
        runs(host, user);
        Duration ran = Duration.ofMillis((long) (seconds * 1000));
        view = view.fold(new LedgerRecord.Ended("j" + (number - 1), status, ran, NOW));
    }

    private Optional<String> blame(String host) {
        return QuickFailures.blame(view, new HostName(host), NOW);
    }

    @Test
    void threeQuickFailuresInARowAreBlamedOnTheHost() {
        ended("l1", "alice", 127, 0.1);
        ended("l1", "bob", 1, 9.9);
        assertThat(blame("l1")).isEmpty();
        ended("l1", "alice", 126, 0.2);
        assertThat(blame("l1")).contains("3 jobs in a row failed within 10 s, the last with status 126");
        assertThat(blame("l2")).isEmpty();
    }

    @Test
    void twoAreEnoughWhereTheSameUsersJobsRunWellElsewhere() {
        ended("l1", "alice", 127, 0.1);
        ended("l1", "alice", 127, 0.1);
        runs("l2", "bob");
        assertThat(blame("l1")).isEmpty();
        runs("l2", "alice");
        assertThat(blame("l1")).isPresent();
    }

    @Test
    void aJobThatPassesOrLastsBreaksTheRow() {
        ended("l1", "alice", 1, 0.1);
        ended("l1", "alice", 1, 0.1);
        ended("l1", "alice", 0, 0.1);
        ended("l1", "alice", 1, 0.1);
        ended("l1", "alice", 1, 0.1);
        ended("l1", "alice", 1, 600);
        ended("l1", "alice", 1, 0.1);
        assertThat(blame("l1")).isEmpty();
    }

    @Test
    void jobsThatSomeoneEndedOrThatNobodyKnowsTheEndOfSayNothing() {
        for (int i = 0; i < 10; i++) {
            ended("l1", "alice", 143, 0.1);
            ended("l1", "alice", 130, 0.1);
            ended("l1", "alice", -1, 0.1);
        }
        assertThat(blame("l1")).isEmpty();
        ended("l1", "alice", 1, 0.1);
        ended("l1", "alice", 143, 0.1);
        ended("l1", "alice", 1, 0.1);
        ended("l1", "alice", -1, 0.1);
        ended("l1", "alice", 1, 0.1);
        assertThat(blame("l1")).isPresent();
    }

    @Test
    void jobsThatFailEverywhereAreNotTheHostsFault() {
        for (String host : List.of("l1", "l2", "l3", "l4")) {
            for (int i = 0; i < 3; i++) {
                ended(host, "alice", 2, 0.1);
            }
        }
        assertThat(blame("l1")).isEmpty();
        ended("l2", "alice", 0, 1);
        assertThat(blame("l1")).isEmpty();
        runs("l3", "alice");
        assertThat(blame("l1")).as("the last on l3 failed, whatever runs now").isEmpty();
        ended("l3", "alice", 0, 1);
        assertThat(blame("l1")).isPresent();
    }

    @Test
    void whatOtherUsersJobsDoElsewhereSaysNothing() {
        for (int i = 0; i < 3; i++) {
            ended("l1", "alice", 2, 0.1);
            ended("l2", "bob", 2, 0.1);
            ended("l3", "bob", 2, 0.1);
        }
        assertThat(blame("l1")).isPresent();
    }

    @Test
    void aHostWithoutOthersIsNeverSuspended() {
        view = LedgerView.empty(new HostInventory(List.of(Host.named("l1")), List.of()));
        for (int i = 0; i < 10; i++) {
            ended("l1", "alice", 2, 0.1);
        }
        assertThat(blame("l1")).isEmpty();
    }
}
