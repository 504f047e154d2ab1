package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.LoadshareException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QueryAnswer;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentException;
import io.loadshare.agent.client.AgentHealth;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.load.LoadReport.ObservedJob;
import io.loadshare.load.ReportText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentServiceTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @AutoClose
    private TestingAgent agent;

    private AgentClient client;
    private Host host;

    @BeforeEach
    void startAgent() {
        agent = new TestingAgent(directory).start();
        client = agent.client();
        host = agent.host();
    }

    private void restart(AgentSettings settings) {
        agent.close();
        agent = new TestingAgent(1, settings, directory).start();
        client = agent.client();
    }

    private String get(String path, String headers) throws IOException {
        return RawClient.ask(agent, "GET", path, headers, "");
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static void assertRefused(String words, CompletableFuture<?> answer) {
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(AgentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void loadIsTheReportAsAProbePrintsIt() throws IOException {
        LoadReport report = ReportText.parse(body(get("/v1/load", "")), "answer");

        assertThat(report.host()).isEqualTo(host.name());
        assertThat(report.cores()).isEqualTo(4);
        assertThat(report.agent()).isTrue();
        assertThat(Duration.between(report.measuredAt(), Instant.now())).isBetween(Duration.ZERO, LIMIT);
    }

    @Test
    void loadIsJsonForWhoeverAsksForIt() throws IOException {
        Map<String, Object> report = JSON.std.mapFrom(body(get("/v1/load", "Accept: application/json\r\n")));

        assertThat(report)
                .containsEntry("host", "h1")
                .containsEntry("cores", 4.0)
                .containsKey("jobs");
    }

    @Test
    void queryLeadsToAJobThatEveryoneSees() {
        QueryAnswer answer = client.query(host, LIMIT).join();

        assertThat(client.start(host, answer, 0, "j1", "ali\"ce\\ü", 3, LIMIT).join())
                .isEmpty();

        LoadReport after = client.query(host, LIMIT).join().report();
        assertThat(after.jobs()).containsExactly(new ObservedJob("j1", 3, "ali\"ce\\ü", 0));
        client.end(host, "j1", answer.secret(), true, LIMIT).join();
        QueryAnswer ended = client.query(host, LIMIT).join();
        assertThat(ended.report().jobs()).isEmpty();
        assertThat(ended.completed()).isEqualTo(1);
    }

    @Test
    void startOnOutdatedFiguresGetsNewOnesToDecideByAgain() {
        QueryAnswer first = client.query(host, LIMIT).join();
        QueryAnswer second = client.query(host, LIMIT).join();
        client.start(host, first, 0, "j1", "alice", 1, LIMIT).join();

        QueryAnswer again =
                client.start(host, second, 0, "j2", "bob", 1, LIMIT).join().orElseThrow();

        assertThat(again.report().jobs()).hasSize(1);
        assertThat(client.start(host, again, 0, "j2", "bob", 1, LIMIT).join()).isEmpty();
    }

    @Test
    void retreatEndsTheQuery() {
        QueryAnswer answer = client.query(host, LIMIT).join();
        client.retreat(host, answer, LIMIT).join();

        assertRefused("refuses with 404", client.start(host, answer, 0, "j1", "alice", 1, LIMIT));
    }

    @Test
    void openQueryShowsInThePenaltiesThatOthersGet() {
        client.query(host, LIMIT).join();

        assertThat(client.query(host, LIMIT).join().penalties().openQueries()).isEqualTo(0.5);
    }

    @Test
    void answersAreJsonUnlessTextIsAskedFor() throws IOException {
        Map<String, Object> query = JSON.std.mapFrom(body(RawClient.ask(agent, "POST", "/v1/queries", "", "")));

        assertThat(query).containsKeys("id", "secret", "revision", "load", "penalties", "expiry");
        String start = JSON.std.asString(
                Map.of("secret", query.get("secret"), "revision", 0, "job", "j1", "user", "alice", "slots", 2));
        assertThat(RawClient.ask(agent, "POST", "/v1/queries/" + query.get("id") + "/start", "", start))
                .startsWith("HTTP/1.1 204 ");
        String end = JSON.std.asString(Map.of("secret", query.get("secret")));
        assertThat(RawClient.ask(agent, "POST", "/v1/jobs/j1/end", "", end)).startsWith("HTTP/1.1 204 ");
        assertThat(RawClient.ask(agent, "POST", "/v1/jobs/j1/end", "", end)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void connectionServesManyRequestsInTurnAlsoIfSentAtOnce() throws IOException {
        try (RawClient raw = new RawClient(agent)) {
            String request = "GET /healthz HTTP/1.1\r\nHost: h1\r\n\r\n";
            raw.say(request.repeat(99) + "GET /healthz HTTP/1.1\r\nHost: h1\r\nConnection: close\r\n\r\n");
            assertThat(raw.hear().split("HTTP/1.1 200 OK")).hasSize(101);
        }
    }

    @Test
    void healthTellsVersionUptimeAndClock() {
        AgentHealth health = client.health(host, LIMIT).join();

        assertThat(health.condition()).isEqualTo("ok");
        assertThat(health.version()).isEqualTo("0.1.0");
        assertThat(health.state()).isEqualTo("ok");
        assertThat(health.clockOffset().abs()).isLessThan(LIMIT);
    }

    @Test
    void metricsCountWhatHappened() throws IOException {
        client.query(host, LIMIT).join();

        assertThat(body(get("/metrics", "")))
                .contains("# TYPE loadshare_load1 gauge\nloadshare_load1 0\n")
                .contains("loadshare_agent_open_queries 1\n")
                .contains("loadshare_agent_queries_opened_total 1\n");
    }

    @Test
    void otherResourcesAndMethodsAreRefused() throws IOException {
        assertThat(get("/v2/load", "")).startsWith("HTTP/1.1 404 ");
        assertThat(RawClient.ask(agent, "PUT", "/v1/load", "", ""))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("allow: GET\r\n");
    }

    @Test
    void noTokenOrAWrongOneOpensNothingButHealth() throws IOException {
        Path tokenFile = secretFile("token", "s3cret\n");
        restart(withToken(Optional.of(tokenFile)));

        assertThat(get("/v1/load", "")).startsWith("HTTP/1.1 401 ").doesNotContain("s3cret");
        assertThat(get("/v1/load", "Authorization: Bearer s3cre\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/v1/load", "Authorization: s3cret\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/metrics", "")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/healthz", "")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/v1/load", "Authorization: Bearer s3cret\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(client.query(host, LIMIT).join().revision()).isZero();
    }

    @Test
    void tokenThatEveryoneMayReadIsRefused() throws IOException {
        Path tokenFile = secretFile("token", "s3cret\n");
        Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> new AgentClient(withToken(Optional.of(tokenFile)), Instant::now))
                .isInstanceOfSatisfying(LoadshareException.class, e -> assertThat(e.kind())
                        .isEqualTo(LoadshareException.Kind.CONFIGURATION))
                .hasMessage(
                        "agent.tokenFile: " + tokenFile + " can be read or changed by others; chmod 600 " + tokenFile);
    }

    private AgentSettings withToken(Optional<Path> tokenFile) {
        return new AgentSettings(agent.port(), List.of("127.0.0.1"), tokenFile, Optional.empty(), Duration.ZERO);
    }

    private Path secretFile(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void addressThatIsNotServedGetsAClosedConnectionWhateverItSaysOfItself() throws IOException {
        restart(TestingAgent.settings(agent.port(), "127.0.0.1", "127.0.0.98/31"));
        String request = "GET /v1/load HTTP/1.1\r\nHost: h1\r\nConnection: close\r\nX-Forwarded-For: 127.0.0.1\r\n"
                + "Forwarded: for=127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n\r\n";

        try (RawClient stranger = new RawClient(agent, "127.0.0.66");
                RawClient served = new RawClient(agent, "127.0.0.99")) {
            assertThat(served.say(request).hear()).startsWith("HTTP/1.1 200 ");
            assertThat(sayAndHear(stranger, request)).isEmpty();
        }
    }

    private static String sayAndHear(RawClient client, String request) throws IOException {
        try {
            client.say(request);
        } catch (IOException e) {
            // It was closed already.
        }
        return client.hear();
    }

    @Test
    void forwardingHeadersDoNotShareOutTheQueriesOfOneAddress() throws IOException {
        for (int i = 0; i < OpenQueries.PER_CLIENT; i++) {
            client.query(host, LIMIT).join();
        }
        assertThat(RawClient.ask(agent, "POST", "/v1/queries", "X-Forwarded-For: 10.0.0.7\r\n", ""))
                .startsWith("HTTP/1.1 429 ");
    }

    @Test
    void promisesOutliveTheAgent() {
        QueryAnswer answer = client.query(host, LIMIT).join();
        client.start(host, answer, 0, "j1", "alice", 1, LIMIT).join();

        agent.close();
        agent.start();

        assertThat(client.query(host, LIMIT).join().report().shows("j1")).isTrue();
        client.end(host, "j1", answer.secret(), true, LIMIT).join();
    }

    @Test
    void memoryIsItsOwnersAlone() throws IOException {
        agent.close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.memory())))
                .isEqualTo("rw-------");
    }

    @Test
    void hostWithoutAnAgentIsToldFromOneWhoseAgentFails() {
        agent.close();

        assertThatThrownBy(client.query(host, LIMIT)::join)
                .hasCauseInstanceOf(AgentException.class)
                .satisfies(e ->
                        assertThat(((AgentException) e.getCause()).reason()).isEqualTo(AgentException.Reason.ABSENT));
    }
}
