package io.loadshare.agent.server;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Penalties;
import io.loadshare.load.LoadReport.ObservedJob;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.testing.ReportBuilder;
import io.loadshare.testing.TestingClock;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryServiceTest {

    private static final InetAddress ALICE = InetAddress.getLoopbackAddress();
    private static final Host HOST = Host.local("l01");
    private static final PlacementSettings SETTINGS = PlacementSettings.DEFAULT.withModel(PlacementModel.SCICLUST);

    private final TestingClock clock = new TestingClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final AgentCounters tally = new AgentCounters();
    private QueryService desk = desk(AgentMemory.NONE);

    private QueryService desk(AgentMemory memory) {
        return new QueryService(HOST, SETTINGS, clock, () -> UUID.randomUUID().toString(), tally, memory);
    }

    @BeforeEach
    void measureOnce() {
        measure(report -> report);
    }

    private void measure(UnaryOperator<ReportBuilder> load) {
        desk.measured(load.apply(report("l01", clock.instant())).build());
    }

    /** Starts a job by a query of its own. */
    private QueryService.Opened start(String job) {
        QueryService.Opened opened = desk.open(ALICE);
        assertThat(start(opened, job)).isTrue();
        return opened;
    }

    private boolean start(QueryService.Opened opened, String job) {
        return desk.start(
                        opened.query().id(),
                        opened.query().secret(),
                        opened.figures().revision(),
                        0,
                        job,
                        "alice",
                        2)
                .isEmpty();
    }

    private List<String> jobs() {
        return desk.figures().report().jobs().stream().map(ObservedJob::id).toList();
    }

    private static void assertRefused(int status, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RequestRefusedException.class, e -> assertThat(e.status())
                .as(e.getMessage())
                .isEqualTo(status));
    }

    @Test
    void startedJobCountsAtOnce() {
        start("a");

        assertThat(desk.figures().report().jobs()).containsExactly(new ObservedJob("a", 2, "alice", 0));
        assertThat(desk.openQueries()).isZero();
    }

    @Test
    void ofTwoClientsThatSawTheSameFiguresOneGetsThePlaceAndTheOtherNewFigures() {
        QueryService.Opened first = desk.open(ALICE);
        QueryService.Opened second = desk.open(ALICE);
        assertThat(start(first, "a")).isTrue();

        QueryService.Opened again = desk.start(
                        second.query().id(),
                        second.query().secret(),
                        second.figures().revision(),
                        0,
                        "b",
                        "bob",
                        1)
                .orElseThrow();

        assertThat(jobs()).containsExactly("a");
        assertThat(again.query()).isEqualTo(second.query());
        assertThat(again.figures().report().jobs()).hasSize(1);
        assertThat(start(again, "b")).isTrue();
        assertThat(jobs()).containsExactly("a", "b");
    }

    @Test
    void clientMayAllowOthersToHaveTakenSomeSlots() {
        QueryService.Opened opened = desk.open(ALICE);
        start("a");
        start("b");
        String id = opened.query().id();
        String secret = opened.query().secret();
        long revision = opened.figures().revision();

        assertThat(desk.start(id, secret, revision, 3, "c", "bob", 1)).isPresent();
        assertThat(desk.start(id, secret, revision, 4, "c", "bob", 1)).isEmpty();
        assertThat(jobs()).containsExactly("a", "b", "c");
    }

    @Test
    void startMayBeRepeatedAfterALostAnswer() {
        QueryService.Opened opened = start("a");
        start("b");

        assertThat(start(opened, "a")).isTrue();
        assertThat(jobs()).containsExactly("a", "b");
    }

    @Test
    void startAndEndNeedTheSecret() {
        QueryService.Opened opened = desk.open(ALICE);
        assertRefused(403, () -> desk.start(opened.query().id(), "guess", 0, 0, "a", "alice", 1));
        start(opened, "a");

        assertRefused(403, () -> desk.end("a", "guess", true));
        assertRefused(403, () -> desk.start(opened.query().id(), "guess", 0, 0, "a", "alice", 1));
        assertThat(jobs()).containsExactly("a");
    }

    @Test
    void idOfARunningJobIsNotGivenTwice() {
        start("a");
        assertRefused(400, () -> start(desk.open(ALICE), "a"));
        assertRefused(400, () -> start(desk.open(ALICE), "../x"));
    }

    @Test
    void queryEndsByStartRetreatOrExpiry() {
        QueryService.Opened retreating = desk.open(ALICE);
        QueryService.Opened forgotten = desk.open(ALICE);
        start("a");
        desk.retreat(retreating.query().id());
        assertThat(desk.openQueries()).isEqualTo(1);

        clock.advance(QueryService.LIFE);

        assertThat(desk.openQueries()).isZero();
        assertRefused(404, () -> start(forgotten, "b"));
        assertRefused(404, () -> desk.retreat(retreating.query().id()));
        assertThat(tally.counts())
                .containsEntry(AgentCounters.Event.OPENED, 3L)
                .containsEntry(AgentCounters.Event.STARTED, 1L)
                .containsEntry(AgentCounters.Event.RETREATED, 1L)
                .containsEntry(AgentCounters.Event.EXPIRED, 1L);
    }

    @Test
    void openQueriesOfOneClientAreCapped() throws Exception {
        for (int i = 0; i < OpenQueries.PER_CLIENT; i++) {
            desk.open(ALICE);
        }
        assertRefused(429, () -> desk.open(ALICE));
        desk.open(InetAddress.getByName("10.0.0.1"));

        clock.advance(QueryService.LIFE);
        measure(report -> report);
        desk.open(ALICE);
    }

    @Test
    void openQueriesOfAllClientsAreCapped() throws Exception {
        for (int i = 0; i < OpenQueries.LIMIT; i++) {
            desk.open(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (i % 5)}));
        }
        assertRefused(429, () -> desk.open(ALICE));
    }

    @Test
    void startedJobsAreCappedUntilSomeHaveEnded() {
        for (int i = 1; i < QueryService.MOST_JOBS; i++) {
            start("job" + i);
        }
        QueryService.Opened last = start("last");
        QueryService.Opened tooMany = desk.open(ALICE);
        assertRefused(429, () -> start(tooMany, "one-more"));
        assertThat(start(last, "last")).isTrue();

        desk.end("last", last.query().secret(), true);
        assertThat(start(tooMany, "one-more")).isTrue();
    }

    @Test
    void openQueriesOfOthersCostAPenaltyUpToTheMost() {
        assertThat(desk.open(ALICE).figures().penalties()).isEqualTo(Penalties.NONE);
        assertThat(desk.open(ALICE).figures().penalties()).isEqualTo(new Penalties(0.5, 0, 0));
        assertThat(desk.open(ALICE).figures().penalties()).isEqualTo(new Penalties(1.0, 0, 0));
        assertThat(desk.open(ALICE).figures().penalties()).isEqualTo(new Penalties(1.0, 0, 0));
    }

    @Test
    void startCostsOnePenaltyForAnIntervalHoweverManyThereWere() {
        start("a");
        start("b");
        assertThat(desk.figures().penalties()).isEqualTo(new Penalties(0, 0.5, 0));

        clock.advance(SETTINGS.recencyPenaltyInterval().plusMillis(1));
        measure(report -> report.job("a", 2, "alice").job("b", 2, "alice"));
        assertThat(desk.figures().penalties()).isEqualTo(Penalties.NONE);
    }

    @Test
    void completedJobsCostAPenaltyEach() {
        desk.end("a", start("a").query().secret(), true);
        clock.advance(Duration.ofMinutes(1));
        measure(report -> report);

        assertThat(desk.figures().completed()).isEqualTo(1);
        assertThat(desk.figures().penalties()).isEqualTo(new Penalties(0, 0, 1e-8));
        assertThat(jobs()).isEmpty();
    }

    @Test
    void startThatIsTakenBackDoesNotCountAsCompleted() {
        desk.end("a", start("a").query().secret(), false);

        assertThat(jobs()).isEmpty();
        assertThat(desk.figures().completed()).isZero();
    }

    @Test
    void jobThatNeverAppearsIsGoneAfterAGrace() {
        start("a");
        clock.advance(Duration.ofSeconds(9));
        measure(report -> report);
        assertThat(jobs()).containsExactly("a");

        clock.advance(Duration.ofSeconds(2));
        measure(report -> report);
        assertThat(jobs()).isEmpty();
        assertThat(desk.figures().completed()).isEqualTo(1);
    }

    @Test
    void jobThatAppearsAfterTheGraceCountsAgainAtOnceAndOnceAsCompleted() {
        start("a");
        clock.advance(Claim.GRACE.plusSeconds(1));
        measure(report -> report);
        clock.advance(Duration.ofSeconds(1));
        measure(report -> report.job("a", 2, "alice"));

        assertThat(jobs()).containsExactly("a");

        clock.advance(Duration.ofSeconds(1));
        measure(report -> report);
        assertThat(jobs()).isEmpty();
        assertThat(desk.figures().completed()).isEqualTo(1);
    }

    @Test
    void jobThatAppearedAndVanishesHasEnded() {
        start("a");
        clock.advance(Duration.ofSeconds(5));
        measure(report -> report.job("a", 2, "alice"));
        clock.advance(Duration.ofSeconds(1));
        measure(report -> report);

        assertThat(jobs()).isEmpty();
        assertThat(desk.figures().completed()).isEqualTo(1);
        assertThat(tally.counts()).containsEntry(AgentCounters.Event.ENDED, 1L);
    }

    @Test
    void incompleteMeasurementEndsNoJob() {
        start("a");
        clock.advance(Duration.ofSeconds(5));
        measure(report -> report.job("a", 2, "alice"));
        clock.advance(Duration.ofSeconds(30));
        measure(ReportBuilder::incomplete);

        assertThat(jobs()).containsExactly("a");
    }

    @Test
    void endedJobDoesNotCountThoughTheLastMeasurementShowsIt() {
        QueryService.Opened opened = start("a");
        measure(report -> report.job("a", 2, "alice"));
        desk.end("a", opened.query().secret(), true);

        assertThat(jobs()).isEmpty();
        measure(report -> report);
        assertThat(desk.figures().completed()).isEqualTo(1);
    }

    @Test
    void jobsStartedPastTheAgentCountWhileTheyShowAndAsCompletedOnce() {
        measure(report -> report.job("x", 3, "bob"));
        assertThat(jobs()).containsExactly("x");

        measure(report -> report);
        measure(report -> report);
        assertThat(jobs()).isEmpty();
        assertThat(desk.figures().completed()).isEqualTo(1);
    }

    @Test
    void unmeasuredHostIsUnknownNotIdle() {
        desk = desk(AgentMemory.NONE);
        assertRefused(503, () -> desk.open(ALICE));

        measure(report -> report);
        clock.advance(QueryService.FIGURES_SERVE.plusMillis(1));
        assertRefused(503, () -> desk.open(ALICE));
        assertThat(desk.openQueries()).isZero();
    }

    @Test
    void whatWasPromisedIsKnownAgain() {
        QueryService.Opened ended = start("a");
        QueryService.Opened running = start("b");
        desk.end("a", ended.query().secret(), true);
        Penalties penalties = desk.figures().penalties();

        desk = desk(desk.memory());
        measure(report -> report);

        assertThat(jobs()).containsExactly("b");
        assertThat(desk.figures().penalties()).isEqualTo(penalties);
        assertThat(desk.figures().completed()).isEqualTo(1);
        desk.end("b", running.query().secret(), true);
        assertThat(desk.figures().completed()).isEqualTo(2);
    }
}
