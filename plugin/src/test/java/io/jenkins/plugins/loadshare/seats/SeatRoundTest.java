package io.jenkins.plugins.loadshare.seats;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.loadshare.nodes.MachineInventory;
import io.jenkins.plugins.loadshare.nodes.MachineLedger;
import io.jenkins.plugins.loadshare.nodes.TestingMachines;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.settings.TestingSettings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.ledger.Claim;
import io.loadshare.license.LicenseFeature;
import io.loadshare.store.StateSettings;
import io.loadshare.testing.TestingClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rounds in which builds get their seats, without a Jenkins. */
class SeatRoundTest {

    private final TestingClock clock = new TestingClock(Instant.now());
    private final ConcurrentMap<Long, SeatRequest> requests = new ConcurrentHashMap<>();
    private final TestingBuilds builds = new TestingBuilds();
    private final MachineInventory machines = new TestingMachines()
            .machine("n1", report -> report)
            .machine("n2", report -> report)
            .build(List.of());

    private Settings settings = licensed(1, LicenseFeature.Rule.SAVE);
    private MachineLedger books;
    private JenkinsState state;
    private SeatRound round;

    @TempDir
    Path directory;

    @BeforeEach
    void start() {
        state = new JenkinsState(() -> new StateSettings(directory.resolve("state"), false));
        builds.idle.putAll(Map.of("n1", 4, "n2", 4));
        restart();
    }

    /** Starts a Jenkins that knows only what is on disk. */
    private void restart() {
        requests.clear();
        SeatRecovery recovery = new SeatRecovery(state, builds);
        round = new SeatRound(requests, recovery, builds, state::ledger, read -> books = read, clock);
        round.recover();
    }

    private static Settings licensed(int perUser, LicenseFeature.Rule rule) {
        return TestingSettings.with(new LicenseFeature("matlab", "MATLAB", perUser, rule, List.of()));
    }

    private void pass() {
        clock.advance(Duration.ofSeconds(1));
        round.run(settings, machines, false);
    }

    private String reason(long item) {
        return requests.get(item).reason();
    }

    private Optional<BuildSeat> seat(long item) {
        return requests.get(item).seat();
    }

    private Collection<Claim> claims() {
        return state.ledger(machines.board().inventory()).view().claims();
    }

    /** Lets a build wait for a node, get its seat and start. */
    private void runOn(long item, String node) {
        builds.enqueue(item, node);
        pass();
        assertThat(seat(item)).as(reason(item)).isPresent();
        builds.start(item, node);
        pass();
    }

    @Test
    void buildGetsASeatOnceAndTheQueueIsAskedToStartIt() {
        builds.enqueue(1, "n1");
        pass();
        pass();

        assertThat(seat(1).orElseThrow().machine().value()).isEqualTo("n1");
        assertThat(builds.starts).isEqualTo(1);
        assertThat(claims()).hasSize(1);
    }

    @Test
    void buildThatContinuesHasItsSeatEvenIfItNamesNoLicense() {
        for (long item : new long[] {1, 2}) {
            builds.enqueue(item, "matlab", Optional.of("run#" + item), "n1");
            pass();
            builds.start(item, "n1");
            pass();
        }
        builds.running.clear();
        restart();
        assertThat(requests).isEmpty();
        builds.enqueue(11, List.of(), Optional.of("run#1"), "n1");
        builds.enqueue(12, List.of(), Optional.of("run#2"), "n1");
        builds.start(12, "n1"); // before the next pass
        builds.enqueue(13, List.of(), Optional.of("run#3"), "n1");
        pass();

        assertThat(requests).containsOnlyKeys(11L, 12L);
        assertThat(claims()).hasSize(2);
        builds.start(11, "n1");
        builds.end(12);
        pass();
        assertThat(claims()).hasSize(1);
        assertThat(books.seated()).containsExactly(1, 0);
    }

    @Test
    void buildGetsAllItsLicensesOrWaits() {
        settings = TestingSettings.with(
                new LicenseFeature("matlab", "MATLAB", 1, LicenseFeature.Rule.SAVE, List.of()),
                new LicenseFeature("fsl", "fsl", 1, LicenseFeature.Rule.SAVE, List.of()));
        builds.enqueue(1, "fsl", Optional.empty(), "n2");
        pass();
        builds.start(1, "n2");
        pass();
        builds.enqueue(2, List.of("fsl", "matlab"), Optional.empty(), "n1");
        pass();
        assertThat(reason(2)).contains("fsl");
        builds.end(1);
        pass();
        pass();

        assertThat(claims()).hasSize(1);
        assertThat(claims().iterator().next().licenses()).containsExactlyInAnyOrder("fsl", "matlab");
    }

    @Test
    void limitOfJobsKeepsFurtherOnesWhereTheUserHasSome() {
        settings = licensed(2, LicenseFeature.Rule.SPREAD);
        runOn(1, "n1");
        runOn(2, "n1");
        runOn(3, "n1");
        builds.enqueue(4, "n2");
        pass();

        assertThat(seat(4)).isEmpty();
        assertThat(reason(4)).contains("has 3 jobs (perUser 2)");
    }

    @Test
    void executorsBusyWithSeatedBuildsAreCountedApart() {
        runOn(1, "n1");

        assertThat(books.seated()).containsExactly(1, 0);
        assertThat(books.board().at(0).report().orElseThrow().jobs()).hasSize(1);
    }

    @Test
    void cancelledBuildGivesItsPlaceInTheLineBack() {
        runOn(1, "n1");
        builds.enqueue(2, "n2");
        pass();
        assertThat(reason(2)).contains("holds seats");

        builds.end(2);
        builds.end(1);
        pass();
        builds.enqueue(3, "n2");
        pass();

        assertThat(seat(3)).as(reason(3)).isPresent();
        assertThat(claims()).hasSize(1);
    }

    @Test
    void unknownLicenseIsNamed() {
        builds.enqueue(1, "matlap", Optional.empty(), "n1");
        pass();

        assertThat(reason(1)).contains("unknown license 'matlap'; did you mean 'matlab'?");
    }

    @Test
    void withoutAFreeExecutorNoSeatIsTaken() {
        builds.idle.put("n1", 0);
        builds.enqueue(1, "n1");
        pass();

        assertThat(reason(1)).contains("free executor");
        assertThat(claims()).isEmpty();

        builds.idle.put("n1", 1);
        pass();

        assertThat(seat(1)).isPresent();
    }

    @Test
    void executorOfABuildThatIsAboutToStartIsNotOfferedAgain() {
        settings = licensed(8, LicenseFeature.Rule.SPREAD);
        builds.idle.put("n1", 1);
        builds.enqueue(1, "n1");
        builds.enqueue(2, "n1");
        pass();

        assertThat(claims()).hasSize(1);
    }

    @Test
    void seatOfABuildThatDoesNotStartIsTakenBackAndGivenAgain() {
        builds.enqueue(1, "n1");
        pass();
        String first = seat(1).orElseThrow().id();
        clock.advance(Duration.ofSeconds(31));
        pass();

        assertThat(claims()).noneMatch(claim -> claim.id().equals(first));
        assertThat(seat(1)).as("a new seat").isPresent();
    }

    @Test
    void seatHoldsOverARestartUntilItsBuildReturns() {
        builds.enqueue(1, "matlab", Optional.of("job#1"), "n1");
        pass();
        String id = seat(1).orElseThrow().id();
        builds.start(1, "n1");
        pass();
        builds.end(1);
        builds.loaded = false;
        restart();
        builds.enqueue(2, "n2");
        pass();

        assertThat(reason(2)).contains("holds seats on 1 hosts (perUser 1)");

        builds.enqueue(3, "matlab", Optional.of("job#1"), "n1");
        builds.loaded = true;
        pass();

        assertThat(seat(3).orElseThrow().id()).isEqualTo(id);
    }

    @Test
    void seatOfABuildThatEndedWhileJenkinsWasDownIsFree() {
        builds.enqueue(1, "matlab", Optional.of("job#1"), "n1");
        pass();
        builds.start(1, "n1");
        pass();
        builds.end(1);
        restart();
        assertThat(claims()).hasSize(1);
        pass();

        assertThat(claims()).isEmpty();
    }

    @Test
    void licenseThatIsChangedWhileTheBuildWaitsIsRequestedAnew() {
        builds.idle.put("n1", 0);
        builds.enqueue(1, "n1");
        pass();
        builds.enqueue(1, "other", Optional.empty(), "n1");
        pass();

        assertThat(reason(1)).contains("unknown license 'other'");
    }
}
