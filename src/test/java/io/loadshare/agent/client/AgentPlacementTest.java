package io.loadshare.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.server.TestingAgent;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.testing.ReportBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests placed on hosts with agents: hosts h1, h2, … on 127.0.0.1, 127.0.0.2, … */
class AgentPlacementTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    private Path directory;

    private final AgentSettings settings = TestingAgent.settings(TestingAgent.freePort());
    private final List<TestingAgent> agents = new ArrayList<>();
    private final Map<HostName, HostStatus> scanned = new HashMap<>();
    private HostInventory inventory = inventory(3);
    private Duration timeout = TIMEOUT;

    private static HostInventory inventory(int hosts) {
        return new HostInventory(
                IntStream.rangeClosed(1, hosts).mapToObj(TestingAgent::host).toList(), List.of());
    }

    @AfterEach
    void stopAgents() {
        agents.forEach(TestingAgent::close);
    }

    /** Starts the agent of a host, which the last scan saw too. */
    private TestingAgent agent(int number, UnaryOperator<ReportBuilder> load) {
        TestingAgent agent =
                new TestingAgent(number, settings, directory).load(load).start();
        agents.add(agent);
        scanned(number, report -> load.apply(report).agent());
        return agent;
    }

    private void scanned(int number, UnaryOperator<ReportBuilder> load) {
        ReportBuilder report = ReportBuilder.report("h" + number, Instant.now());
        scanned.put(new HostName("h" + number), load.apply(report).status());
    }

    private PlacingClient client() {
        return client(PlacementSettings.DEFAULT);
    }

    private PlacingClient client(PlacementSettings placement) {
        return new PlacingClient(
                new AgentClient(settings, CLOCK), placement, timeout, LoadBoard.of(inventory, scanned), 1);
    }

    private static void awaitNoOpenQuery(TestingAgent agent) {
        TestingAgent.await("all queries of " + agent.host().name() + " to end", () -> agent.openQueries() == 0);
    }

    @Test
    void whatAgentsSayCountsMoreThanTheLastScan() throws Exception {
        agent(1, report -> report.runnable(4));
        agent(2, report -> report.runnable(1));
        agent(3, report -> report.runnable(2));
        scanned(1, report -> report.agent());
        scanned(2, report -> report.runnable(4).agent());

        try (PlacingClient client = client()) {
            assertThat(client.place()).isEqualTo("h2");
            assertThat(client.warnings).isEmpty();
        }
        agents.forEach(AgentPlacementTest::awaitNoOpenQuery);
        assertThat(agents.get(0).retreated()).isEqualTo(1);
        assertThat(agents.get(1).started()).isEqualTo(1);
        assertThat(agents.get(2).retreated()).isEqualTo(1);
    }

    @Test
    void jobsOfOthersCountFromTheirStartOn() throws Exception {
        agent(1, report -> report);
        agent(2, report -> report);
        agent(3, report -> report);

        try (PlacingClient alice = client();
                PlacingClient bob = client()) {
            assertThat(List.of(alice.place(), bob.place(), alice.place())).containsExactlyInAnyOrder("h1", "h2", "h3");
        }
    }

    @Test
    void hostsWithAndWithoutAgentsAreComparedByWhatIsKnownOfEach() throws Exception {
        agent(1, report -> report.runnable(2));
        scanned(2, report -> report.runnable(1));
        scanned(3, report -> report.runnable(3));

        try (PlacingClient client = client()) {
            assertThat(client.place()).isEqualTo("h2");
            assertThat(client.place()).isIn("h1", "h2");
        }
        awaitNoOpenQuery(agents.get(0));
    }

    @Test
    void lastScanServesForAHostWhoseAgentIsGone() throws Exception {
        agent(1, report -> report.runnable(2));
        scanned(2, report -> report.agent());

        try (PlacingClient client = client()) {
            assertThat(client.place()).isEqualTo("h2");
        }
    }

    @Test
    void lastScanServesForAllIfNoAgentAnswersAndThatIsSaid() throws Exception {
        scanned(1, report -> report.runnable(2).agent());
        scanned(2, report -> report.agent());

        try (PlacingClient client = client()) {
            assertThat(client.place()).isEqualTo("h2");
            assertThat(client.warnings)
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .matches("no agent answers \\(no agent listens on h[12]\\); using the last scan");
        }
    }

    @Test
    void hostWhoseAgentRefusesIsNotTakenWhileOthersAnswer() throws Exception {
        agent(1, report -> report.runnable(3));
        agents.add(new TestingAgent(2, TestingAgent.settings(settings.port(), "127.0.0.77"), directory).listen());
        scanned(2, report -> report.agent());

        try (PlacingClient client = client()) {
            assertThat(client.place()).isEqualTo("h1");
        }
    }

    @Test
    void agentThatCannotMeasureItsHostDoesNotPassForIdle() throws Exception {
        agent(1, report -> report.runnable(3));
        agents.add(new TestingAgent(2, settings, directory).withoutLoad().listen());
        scanned(2, report -> report.agent());

        try (PlacingClient client = client()) {
            assertThat(client.place()).isEqualTo("h1");
        }
    }

    @Test
    void placeThatIsGivenBackIsTakenBack() throws Exception {
        TestingAgent agent = agent(1, report -> report);

        try (PlacingClient client = client()) {
            client.reservations.retreat(client.place(1).id(), warning -> {});
        }
        assertThat(agent.client().query(agent.host(), TIMEOUT).join().report().jobs())
                .isEmpty();
        assertThat(agent.client().query(agent.host(), TIMEOUT).join().completed())
                .isZero();
    }

    @Test
    void endOfAJobIsToldToItsAgent() throws Exception {
        TestingAgent agent = agent(1, report -> report);

        try (PlacingClient client = client()) {
            client.reservations.end(
                    client.place(1).id(), OptionalInt.of(0), Instant.now().minusSeconds(1), warning -> {});
        }
        assertThat(agent.client().query(agent.host(), TIMEOUT).join().completed())
                .isEqualTo(1);
    }

    @Test
    void bestAsksAndLeavesNothingBehind() {
        agent(1, report -> report.runnable(2));
        TestingAgent best = agent(2, report -> report);

        try (PlacingClient client = client()) {
            PlacementResult result = client.dispatcher.best(client.request(1), false);
            assertThat(result).isInstanceOfSatisfying(PlacementResult.Placed.class, placed -> assertThat(placed.host())
                    .isEqualTo(best.host()));
        }
        agents.forEach(AgentPlacementTest::awaitNoOpenQuery);
        assertThat(best.retreated()).isEqualTo(1);
    }

    @Test
    void shareOfTheAgentsIsAskedAndTheOthersLeftOut() throws Exception {
        for (int i = 1; i <= 3; i++) {
            int threads = 4 - i;
            agent(i, report -> report.runnable(threads));
        }
        PlacementSettings third = sampling(34, 1, 100, false);

        try (PlacingClient client = client(third)) {
            assertThat(client.place()).isEqualTo("h2");
        }
        assertThat(agents).extracting(agent -> agent.opened()).containsExactly(1L, 1L, 0L);
    }

    @Test
    void shareInRandomOrderIsNotAlwaysTheSame() throws Exception {
        for (int i = 1; i <= 3; i++) {
            agent(i, ReportBuilder::incomplete);
        }
        try (PlacingClient client = client(sampling(1, 1, 100, true))) {
            for (int i = 0; i < 30; i++) {
                client.place();
            }
        }
        assertThat(agents).allSatisfy(agent -> assertThat(agent.opened()).isBetween(1L, 29L));
    }

    @Test
    void enoughRepliesDoAndTheHungAgentIsNotWaitedFor() throws Exception {
        agent(1, report -> report.runnable(3));
        agent(2, report -> report.runnable(2));
        scanned(3, report -> report.agent());
        timeout = Duration.ofHours(1);
        try (ServerSocket hung = new ServerSocket(settings.port(), 1, InetAddress.getByName("127.0.0.3"));
                PlacingClient client = client(sampling(100, 1, 60, false))) {
            assertThat(hung.isBound()).isTrue();
            assertThat(client.place()).isEqualTo("h2");
        }
    }

    private static PlacementSettings sampling(int percentage, int least, int replies, boolean random) {
        PlacementSettings d = PlacementSettings.DEFAULT;
        return new PlacementSettings(
                d.model(),
                d.openQueryPenalty(),
                d.maxOpenQueryPenalty(),
                d.recencyPenalty(),
                d.recencyPenaltyInterval(),
                d.recencyPenaltyJobs(),
                d.runJobPenalty(),
                d.maxRuns(),
                d.maxLoad(),
                OptionalDouble.empty(),
                d.reservePerDesktop(),
                percentage,
                least,
                replies,
                random,
                d.maxAge());
    }

    @Test
    void modelSciclustAddsThePenaltiesThatAgentsTell() throws Exception {
        agent(1, report -> report.load1(0));
        agent(2, report -> report.load1(0.2));
        agent(3, report -> report.load1(0.4));
        PlacementSettings sciclust = PlacementSettings.DEFAULT.withModel(PlacementModel.SCICLUST);

        try (PlacingClient client = client(sciclust)) {
            assertThat(List.of(client.place(), client.place(), client.place(), client.place()))
                    .containsExactly("h1", "h2", "h3", "h1");
        }
    }

    @Test
    void noHostMeansTheReasonsOfAll() {
        agent(1, report -> report.complaint("disk full"));

        try (PlacingClient client = client()) {
            assertThatThrownBy(client::place)
                    .isInstanceOf(LoadshareException.class)
                    .hasMessageContaining("h1: check says: disk full")
                    .hasMessageContaining("h[2-3]: never measured");
        }
    }
}
