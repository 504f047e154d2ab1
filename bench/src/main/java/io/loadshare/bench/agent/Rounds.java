package io.loadshare.bench.agent;

import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentRounds;
import io.loadshare.dispatch.LiveRound;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The time of one live placement round, compared with a bare {@link HttpClient} that sends the same requests to the
 * same agents and reads the answers. Rounds of both kinds alternate. Queries are ended between them, outside the
 * measured time.
 */
final class Rounds {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final InstantSource CLOCK = InstantSource.system();

    private final int agents;
    private final int rounds;
    private final HostInventory inventory;
    private final int port;

    Rounds(int agents, int rounds) throws IOException {
        this.agents = agents;
        this.rounds = rounds;
        this.inventory = ManyAgents.inventory(agents);
        try (ServerSocket socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
    }

    /**
     * Medians in milliseconds.
     *
     * @param first the first round of a new client, with a new connection to each agent
     * @param later rounds over kept connections
     */
    record Times(double first, double later) {}

    /** The times of both kinds. */
    record Result(Times placement, Times bare) {}

    private interface Asker {
        /** Queries all agents, and returns a task that ends the queries. */
        Runnable ask();
    }

    private interface AskerMaker {
        Asker make(Executor threads);
    }

    Result measure() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("loadshare-bench-agents-");
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyAgents.class.getName(),
                        Integer.toString(agents),
                        Integer.toString(port),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String said = process.inputReader().readLine();
            if (!"listening".equals(said)) {
                throw new IOException("the agents did not start, but said " + said);
            }
            measure(this::bare, this::placement); // warms up
            return measure(this::placement, this::bare);
        } finally {
            process.destroyForcibly().waitFor();
            try (var files = Files.walk(directory)) {
                files.sorted(Collections.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private Result measure(AskerMaker placement, AskerMaker bare) {
        List<Double> firstPlacement = new ArrayList<>();
        List<Double> firstBare = new ArrayList<>();
        List<Double> laterPlacement = new ArrayList<>();
        List<Double> laterBare = new ArrayList<>();
        for (int client = 0; client < Math.max(3, rounds / 10); client++) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            Asker one = placement.make(threads);
            Asker other = bare.make(threads);
            firstPlacement.add(time(one));
            firstBare.add(time(other));
            for (int round = 0; round < 10; round++) {
                laterPlacement.add(time(one));
                laterBare.add(time(other));
            }
            threads.shutdown();
        }
        return new Result(
                new Times(median(firstPlacement), median(laterPlacement)),
                new Times(median(firstBare), median(laterBare)));
    }

    private static double time(Asker asker) {
        System.gc(); // so that no round pays for the previous one
        long start = System.nanoTime();
        Runnable end = asker.ask();
        double millis = (System.nanoTime() - start) / 1e6;
        end.run();
        return millis;
    }

    private static double median(List<Double> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }

    private Asker placement(Executor threads) {
        Map<HostName, HostStatus> scanned = new HashMap<>();
        for (Host host : inventory.hosts()) {
            scanned.put(host.name(), HostStatus.of(ManyAgents.report(host.name(), Instant.now())));
        }
        LoadBoard board = LoadBoard.of(inventory, scanned);
        AgentRounds live = new AgentRounds(
                () -> new AgentClient(ManyAgents.settings(port), CLOCK),
                PlacementSettings.DEFAULT,
                TIMEOUT,
                CLOCK,
                System::nanoTime,
                new Random(1));
        PlacementRequest request = PlacementRequest.of("all", inventory.machinePositions(), "alice", 1);
        return () -> {
            LiveRound round = live.ask(request, board);
            if (!round.warnings().isEmpty()) {
                throw new IllegalStateException(String.join("; ", round.warnings()));
            }
            return () -> {
                round.close();
                live.close();
            };
        };
    }

    private Asker bare(Executor threads) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
        return () -> {
            List<HttpResponse<String>> answers = all(http, "POST", host -> "/v1/queries");
            Map<String, String> ids = new HashMap<>();
            answers.forEach(answer -> ids.put(
                    answer.uri().getHost(), answer.body().split("id=", 2)[1].split("\n", 2)[0]));
            return () -> all(http, "DELETE", host -> "/v1/queries/" + ids.get(host.address()));
        };
    }

    private interface PathOf {
        String path(Host host);
    }

    private List<HttpResponse<String>> all(HttpClient http, String method, PathOf paths) {
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (Host host : inventory.hosts()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://" + host.address() + ":" + port + paths.path(host)))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .timeout(TIMEOUT)
                    .header("Accept", "text/plain")
                    .build();
            asked.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }
}
