package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.agent.AgentSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's metrics as Prometheus itself reads them, and the dashboard drawn from them. */
class AgentPrometheusTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern METRIC = Pattern.compile("loadshare_[a-z0-9_]+");

    @TempDir
    private Path directory;

    @AutoClose
    private TestingAgent agent;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void startAgent() throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "s3cret");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        AgentSettings settings = new AgentSettings(
                TestingAgent.freePort(), List.of("127.0.0.1"), Optional.of(token), Optional.empty(), Duration.ZERO);
        agent = new TestingAgent(1, settings, directory)
                .load(report -> report.job("j1", 2, "alice").holder("matlab", "\"al\\ice\"\n", 3))
                .start();
    }

    private String metrics() throws IOException {
        String answer = RawClient.ask(agent, "GET", "/metrics", "Authorization: Bearer s3cret\r\n", "");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** A program of Debian's package: installed, or unpacked where {@code ./verify} does that. */
    private static String program(String name) {
        Optional<String> found = Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")), Stream.of("target/debian/usr/bin"))
                .map(place -> Path.of(place, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        assumeTrue(found.isPresent(), "SKIPPED: needs " + name + " of Prometheus (apt install prometheus)");
        return found.get();
    }

    @Test
    void prometheusOwnCheckerFindsNothingToSay() throws Exception {
        Path text = Files.writeString(directory.resolve("metrics"), metrics());
        Process checker = new ProcessBuilder(program("promtool"), "check", "metrics")
                .redirectInput(text.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(checker.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(checker.waitFor()).isZero();
    }

    @Test
    void dashboardAsksOnlyForWhatThereIs() throws IOException {
        List<String> known =
                METRIC.matcher(metrics()).results().map(match -> match.group()).toList();
        TreeSet<String> asked = new TreeSet<>();
        for (String query : Dashboard.read().queries()) {
            METRIC.matcher(query).results().forEach(match -> asked.add(match.group()));
        }
        assertThat(asked).hasSizeGreaterThan(10).isSubsetOf(known);
    }

    @Test
    void prometheusScrapesTheAgentAndTheDashboardIsDrawnFromThat() throws Exception {
        int port = TestingAgent.freePort();
        Process prometheus = startPrometheus(port);
        try {
            TestingAgent.await(
                    "the first scrape", () -> values(port, "loadshare_up").equals(List.of("1")));
            assertThat(values(port, "up")).containsExactly("1");
            assertThat(values(port, "loadshare_job_slots")).containsExactly("2");
            assertThat(values(port, "loadshare_license_processes{user=\"\\\"al\\\\ice\\\"\\n\"}"))
                    .containsExactly("3");
            for (String query : Dashboard.read().forAllHosts()) {
                TestingAgent.await(
                        "figures of " + query, () -> !values(port, query).isEmpty());
            }
        } finally {
            prometheus.destroyForcibly().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Process startPrometheus(int port) throws IOException {
        Path configuration = Files.writeString(
                directory.resolve("prometheus.yml"),
                """
                global: { scrape_interval: 200ms, scrape_timeout: 200ms }
                scrape_configs:
                  - job_name: loadshare
                    authorization: { credentials_file: %s }
                    static_configs: [{ targets: ["127.0.0.1:%d"] }]
                """
                        .formatted(directory.resolve("token"), agent.port()));
        return new ProcessBuilder(
                        program("prometheus"),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("figures"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
    }

    /** The values that Prometheus gives for a query now; none while it does not answer. */
    private List<String> values(int port, String query) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                    + URLEncoder.encode(query, StandardCharsets.UTF_8));
            String body = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Map<?, ?> answer = (Map<?, ?>) JSON.std.anyFrom(body);
            assertThat(answer.get("status")).as(query + ": " + body).isEqualTo("success");
            return ((List<?>) ((Map<?, ?>) answer.get("data")).get("result"))
                    .stream()
                            .map(series -> ((List<?>) ((Map<?, ?>) series).get("value")).get(1))
                            .map(String.class::cast)
                            .toList();
        } catch (IOException e) {
            return List.of(); // it does not listen yet, or is not ready
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while asking Prometheus", e);
        }
    }
}
