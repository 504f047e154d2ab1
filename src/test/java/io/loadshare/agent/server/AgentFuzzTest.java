package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.agent.QueryAnswer;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.testing.ReportBuilder;
import io.loadshare.testing.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Malformed requests, and well-formed ones that chance has changed: none is the agent's fault, and no answer tells of its
 * inside. {@code -Dloadshare.fuzz.seconds=3600} looks for longer.
 */
@Tag("fault")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class AgentFuzzTest {

    private static final Duration TIME = Duration.ofSeconds(Size.of("loadshare.fuzz.seconds", 3, 30));
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PRIVATE = "(?s).*(Exception|java\\.|netty|jackson|/tmp|/home|/root|at io\\.).*";

    private static final String START =
            "{\"secret\":\"s\",\"revision\":0,\"job\":\"j1\",\"user\":\"alice\",\"slots\":1}";

    @TempDir
    private Path directory;

    @AutoClose
    private TestingAgent agent;

    @BeforeEach
    void startAgent() {
        agent = new TestingAgent(directory).start();
    }

    @AfterEach
    void agentIsWell() {
        assertThat(agent.client().query(agent.host(), LIMIT)).succeedsWithin(LIMIT);
        assertThat(agent.log).isEmpty();
    }

    static List<String> malformedHttp() {
        return List.of(
                "",
                "\r\n\r\n",
                "\0\0\0\0",
                "GET\r\n\r\n",
                "GET /healthz\r\n\r\n",
                "GET /healthz HTTP/9.9\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost h1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\n: x\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "POST /v1/queries HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /v1/queries HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "POST /v1/queries HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\nffffffffff\r\n",
                "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
                "GET /healthz HTTP/1.1\r\n" + "X: x\r\n".repeat(10_000) + "\r\n",
                "GET http://[::1/healthz HTTP/1.1\r\n\r\n",
                "GET /%zz/../../etc/passwd HTTP/1.1\r\n\r\n",
                "GET \t /healthz \t HTTP/1.1\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003",
                "SSH-2.0-OpenSSH_9.2\r\n");
    }

    static List<String> malformedJson() {
        return List.of(
                "",
                " ",
                "null",
                "[]",
                "\"secret\"",
                "{",
                "{}",
                "{} {}",
                "{\"secret\":\"s\"",
                "{\"secret\":\"s\",}",
                "{'secret':'s'}",
                "{\"secret\":\"s\",\"secret\":\"t\"}",
                "{\"secret\":null,\"revision\":null}",
                START.replace("0", "0.5"),
                START.replace("0", "-1"),
                START.replace("0", "1e999"),
                START.replace("0", "9".repeat(2000)),
                START.replace("\"slots\":1", "\"slots\":2147483648"),
                START.replace("\"slots\":1", "\"slots\":-1"),
                START.replace("alice", "x".repeat(5000)),
                START.replace("j1", "../../x"),
                START.replace("j1", "\\u0000"),
                START.replace("j1", "\u0000"),
                "[".repeat(4000),
                "{\"a\":".repeat(1500),
                "\u00ff\u00fe{\"secret\":\"s\"}");
    }

    @ParameterizedTest
    @MethodSource("malformedHttp")
    void malformedHttpIsTheClientsFault(String request) throws IOException {
        assertInnocent(exchange(request.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @MethodSource("malformedJson")
    void malformedJsonIsTheClientsFault(String body) throws IOException {
        QueryAnswer query = agent.client().query(agent.host(), LIMIT).join();
        String text = body.replace("\"s\"", "\"" + query.secret() + "\"");

        assertThat(exchange(request("/v1/queries/" + query.id() + "/start", text)))
                .startsWith("HTTP/1.1 400 ")
                .doesNotMatch(PRIVATE);
    }

    private static byte[] request(String path, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: h1\r\nConnection: close\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void requestsChangedByChanceAreTheClientsFault() throws IOException {
        long seed = new Random().nextLong();
        RandomGenerator random = new Random(seed);
        List<byte[]> sound = sound();
        long end = System.nanoTime() + TIME.toNanos();
        int cases = 0;
        while (System.nanoTime() < end) {
            byte[] request = changed(sound.get(random.nextInt(sound.size())), random);
            assertThat(exchange(request))
                    .as("case " + cases++ + " of seed " + seed)
                    .doesNotStartWith("HTTP/1.1 5")
                    .doesNotMatch(PRIVATE);
        }
        System.err.println("fuzz: " + cases + " requests over connections of their own");
    }

    @Test
    void bodiesChangedByChanceAreTheClientsFault() {
        long seed = new Random().nextLong();
        RandomGenerator random = new Random(seed);
        List<String> faults = new ArrayList<>();
        AgentCounters tally = new AgentCounters();
        QueryService desk = new QueryService(
                agent.host(), PlacementSettings.DEFAULT, InstantSource.system(), () -> "s", tally, AgentMemory.NONE);
        desk.measured(ReportBuilder.report("h1", Instant.now()).build());
        AgentApi api = new AgentApi(
                desk,
                tally,
                Optional.empty(),
                () -> true,
                InstantSource.system(),
                InstantSource.system(),
                "0.1.0",
                faults::add);
        long end = System.nanoTime() + TIME.toNanos();
        int cases = 0;
        for (; System.nanoTime() < end && faults.isEmpty(); cases++) {
            api.handle(new ApiRequest("POST", "/v1/queries", "", "", new byte[0], agent.address()));
            byte[] body = changed(START.getBytes(StandardCharsets.UTF_8), random);
            String path = random.nextBoolean() ? "/v1/queries/s/start" : "/v1/jobs/j1/end";
            api.handle(new ApiRequest("POST", path, "", "", body, agent.address()));
        }
        assertThat(faults).as("seed " + seed).isEmpty();
        System.err.println("fuzz: " + cases + " bodies");
    }

    private static List<byte[]> sound() {
        String host = " HTTP/1.1\r\nHost: h1\r\nConnection: close\r\n";
        return List.of(
                ("GET /v1/load" + host + "Accept: application/json\r\n\r\n").getBytes(StandardCharsets.US_ASCII),
                ("GET /metrics" + host + "\r\n").getBytes(StandardCharsets.US_ASCII),
                ("DELETE /v1/queries/x" + host + "\r\n").getBytes(StandardCharsets.US_ASCII),
                ("POST /v1/queries" + host + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII),
                request("/v1/queries/x/start", START),
                request("/v1/jobs/j1/end", "{\"secret\":\"s\"}"));
    }

    /** One to eight changes: a byte replaced, dropped or doubled, or a piece repeated. */
    private static byte[] changed(byte[] request, RandomGenerator random) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : request) {
            bytes.add(b);
        }
        for (int i = random.nextInt(8); i >= 0 && !bytes.isEmpty(); i--) {
            int position = random.nextInt(bytes.size());
            switch (random.nextInt(4)) {
                case 0 -> bytes.set(position, (byte) random.nextInt(256));
                case 1 -> bytes.remove(position);
                case 2 -> bytes.add(position, bytes.get(position));
                default -> {
                    int to = Math.min(bytes.size(), position + random.nextInt(40));
                    bytes.addAll(position, List.copyOf(bytes.subList(position, to)));
                }
            }
        }
        byte[] changed = new byte[bytes.size()];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = bytes.get(i);
        }
        return changed;
    }

    /** What comes back until the agent closes the connection, after we have said all. */
    private String exchange(byte[] request) throws IOException {
        try (RawClient client = new RawClient(agent)) {
            try {
                client.say(request);
                client.socket.shutdownOutput();
            } catch (IOException e) {
                // Closed before all was said.
            }
            return client.hear();
        }
    }

    private static void assertInnocent(String answer) {
        assertThat(answer).doesNotStartWith("HTTP/1.1 5").doesNotMatch(PRIVATE);
    }
}
