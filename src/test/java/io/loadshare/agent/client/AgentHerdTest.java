package io.loadshare.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.server.TestingAgent;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.store.ForkedJvm;
import io.loadshare.testing.ReportBuilder;
import io.loadshare.testing.Size;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients, each with a ledger of its own, place jobs on the same agents at the same time.
 */
class AgentHerdTest {

    private static final int HOSTS = 16;
    private static final int CLIENTS = Size.of("loadshare.herd.clients", 20, 200);
    private static final int JOBS = Size.of("loadshare.herd.jobs", 500, 5000);
    private static final int CLIENTS_TO_A_CONNECTION_POOL = 25;
    private static final Duration TIMEOUT = Duration.ofMinutes(1); // however slow this machine is
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    private Path directory;

    private final AgentSettings settings = TestingAgent.settings(TestingAgent.freePort());
    private final HttpClient http = HttpClient.newHttpClient();
    private final HostInventory inventory = new HostInventory(
            IntStream.rangeClosed(1, HOSTS).mapToObj(TestingAgent::host).toList(), List.of());

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void noHostExceedsItsFairShareByMoreThanOneJob() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (ForkedJvm agents =
                ForkedJvm.start(AgentsProcess.class, "" + HOSTS, "" + settings.port(), directory.toString())) {
            agents.awaitLine("listening");
            List<AgentClient> pools = new ArrayList<>();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                if (i % CLIENTS_TO_A_CONNECTION_POOL == 0) {
                    pools.add(new AgentClient(settings, CLOCK));
                }
                AgentClient pool = pools.get(pools.size() - 1);
                int seed = i;
                clients.add(threads.submit(() -> placeJobs(pool, seed)));
            }
            threads.shutdown();
            while (!threads.awaitTermination(250, TimeUnit.MILLISECONDS)) {
                assertFair();
            }
            for (Future<?> client : clients) {
                client.get();
            }
            assertAllDoneAndNothingLeft();
        } finally {
            threads.shutdownNow();
        }
    }

    private Void placeJobs(AgentClient pool, int seed) throws InterruptedException {
        Random random = new Random(seed);
        Map<HostName, HostStatus> scanned = new HashMap<>();
        for (Host host : inventory.hosts()) {
            scanned.put(
                    host.name(),
                    ReportBuilder.report(host.name().value(), Instant.now())
                            .agent()
                            .status());
        }
        try (PlacingClient client = new PlacingClient(
                pool, PlacementSettings.DEFAULT.withoutSlotLimit(), TIMEOUT, LoadBoard.of(inventory, scanned), seed)) {
            for (int job = 0; job < JOBS / CLIENTS; job++) {
                client.place(random.nextLong());
            }
            assertThat(client.warnings).isEmpty();
        }
        return null;
    }

    /** What was started on a host was never more than one above the fair share of what had been started on all. */
    private void assertFair() {
        List<Long> started = count("queries_started_total");
        double total = sum(count("queries_started_total")); // asked for later, so it has all that was counted before
        assertThat(started).allMatch(ofHost -> ofHost <= total / HOSTS + 1, "at most one above the share of " + total);
    }

    private void assertAllDoneAndNothingLeft() {
        TestingAgent.await("all queries to end", () -> sum(count("open_queries")) == 0);
        int share = JOBS / HOSTS;
        assertThat(count("queries_started_total")).allMatch(started -> started == share || started == share + 1);
        assertThat(sum(count("queries_started_total"))).isEqualTo(JOBS);
        assertThat(sum(count("queries_opened_total")))
                .isEqualTo(sum(count("queries_started_total"))
                        + sum(count("queries_retreated_total"))
                        + sum(count("queries_expired_total")));
        long conflicts = sum(count("queries_conflicted_total"));
        System.err.println("herd: " + JOBS + " jobs were decided again " + conflicts + " times in all");
        // Clients that keep no pace decide each job 50 times. With 25 jobs each they have the time to find one.
        assertThat(conflicts).as("repeated decisions").isLessThan(20L * JOBS);
    }

    private static long sum(List<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    private List<Long> count(String what) {
        Pattern line = Pattern.compile("^loadshare_agent_" + what + " (\\d+)$", Pattern.MULTILINE);
        return inventory.hosts().stream()
                .map(host -> {
                    Matcher matcher = line.matcher(metrics(host));
                    assertThat(matcher.find()).as(what).isTrue();
                    return Long.valueOf(matcher.group(1));
                })
                .toList();
    }

    private String metrics(Host host) {
        URI uri = URI.create("http://" + host.address() + ":" + settings.port() + "/metrics");
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
    }
}
