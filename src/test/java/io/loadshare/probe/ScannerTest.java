package io.loadshare.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScannerTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_795_370_000_123L);

    private final TestingTransport transport = new TestingTransport();
    private final List<HostResult> told = new ArrayList<>();

    @AfterEach
    void endPrograms() {
        transport.close();
    }

    private ScanResult scan(double seconds, int concurrency, Host... hosts) throws InterruptedException {
        return scan(seconds, concurrency, List.of(hosts), told::add);
    }

    private ScanResult scan(double seconds, int concurrency, List<Host> hosts, Consumer<HostResult> listener)
            throws InterruptedException {
        Duration timeout = Duration.ofMillis((long) (seconds * 1000));
        ScanSettings defaults = ScanSettings.DEFAULT;
        ScanSettings settings = new ScanSettings(
                defaults.interval(),
                defaults.minInterval(),
                timeout.dividedBy(2),
                timeout,
                defaults.maxAge(),
                false,
                Optional.empty());
        Probe probe = new Probe(List.of(), Optional.empty(), Duration.ofSeconds(1));
        return new Scanner(transport, probe, settings, concurrency, () -> NOW, System::nanoTime).scan(hosts, listener);
    }

    private static String reason(ScanResult result, String host) {
        return result.hosts().stream()
                .filter(r -> r.host().value().equals(host))
                .map(r -> r.failure().map(LoadshareException::getMessage).orElse("report"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Host> hosts(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Host.named("h" + i))
                .collect(Collectors.toList());
    }

    @Test
    void everyHostGetsItsResultInTheGivenOrder() throws Exception {
        ScanResult result = scan(30, 8, hosts(20), told::add);
        assertThat(result.hosts())
                .extracting(r -> r.host().value())
                .containsExactlyElementsOf(
                        hosts(20).stream().map(h -> h.name().value()).toList());
        assertThat(result.answered()).isEqualTo(20);
        assertThat(result.hosts()).allSatisfy(r -> {
            assertThat(r.report().orElseThrow().host()).isEqualTo(r.host());
            assertThat(r.report().orElseThrow().measuredAt()).isEqualTo(NOW);
            assertThat(r.took()).isPositive();
        });
        assertThat(told).containsExactlyInAnyOrderElementsOf(result.hosts());
    }

    @Test
    void deadHostsCostTheDeadlineOnceAndKeepNoOtherFromAnswering() throws Exception {
        for (int i = 1; i <= 10; i++) {
            transport.host(
                    "h" + i, i % 2 == 0 ? TestingTransport.HANGS : List.of("/bin/sh", "-c", "exec sleep 1000", "-"));
        }
        for (int i = 11; i <= 15; i++) {
            transport.host("h" + i, TestingTransport.REFUSES);
        }
        ScanResult result = scan(10, 50, hosts(50), told::add);
        assertThat(result.answered()).isEqualTo(35);
        assertThat(reason(result, "h1")).isEqualTo("h1 did not answer within 10 s");
        assertThat(reason(result, "h2")).isEqualTo("h2 did not let us in within 5 s");
        assertThat(reason(result, "h11")).isEqualTo("h11 refuses connections on port 22");
        assertThat(told).hasSize(50);
    }

    @Test
    void noThreadAndNoProgramIsLeftBehind() throws Exception {
        transport.host("h1", TestingTransport.HANGS).host("h2", List.of("/bin/sh", "-c", "exec sleep 1000", "-"));
        scan(1, 8, hosts(4), told::add);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("loadshare-"));
        assertThat(transport.running()).isZero();
    }

    @Test
    void hostsBeyondTheConcurrencyAreToldThatTheyWereNotAsked() throws Exception {
        transport.host("h1", List.of("/bin/sh", "-c", "exec sleep 1000", "-"));
        ScanResult result = scan(0.5, 1, hosts(2), told::add);
        assertThat(reason(result, "h1")).isEqualTo("h1 did not answer within 0.5 s");
        assertThat(reason(result, "h2"))
                .isEqualTo("h2 was not asked within 0.5 s, since 1 at a time are asked and 2 had not answered;"
                        + " raise scan.timeout");
        assertThat(transport.sessions("h2")).isZero();
    }

    @Test
    void whatIsNoReportIsAFailureWithTheWordsThatCame() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        says("endless", "yes garbage", expected, "printed more than 524288 bytes");
        says("binary", "head -c 2000000 /dev/zero", expected, "printed more than 524288 bytes");
        says("silent", "exit 0", expected, "printed no report: it printed nothing");
        says(
                "nologin",
                "echo This account is closed.",
                expected,
                "printed no report; it ends with 'This account is closed.'");
        says(
                "stderr",
                "echo sh: not found >&2; exit 127",
                expected,
                "printed no report: it printed nothing; on stderr 'sh: not found'");
        says(
                "cut",
                "/bin/sh | head -n 5",
                expected,
                "printed a report that is cut off; it ends with 'loadshare-report=1");
        ScanResult result =
                scan(30, 8, expected.keySet().stream().map(Host::named).toList(), told::add);
        expected.forEach((host, words) -> assertThat(reason(result, host)).startsWith(words));
    }

    private void says(String host, String script, Map<String, String> expected, String words) {
        transport.host(host, List.of("/bin/sh", "-c", script, "-"));
        expected.put(host, words);
    }

    @Test
    void aProfileThatKeepsTheStreamOpenDelaysNobody() throws Exception {
        transport.host("h1", List.of("/bin/sh", "-c", "sleep 31 & echo hello; exec /bin/sh", "-"));
        ScanResult result = scan(30, 1, hosts(1), told::add);
        assertThat(result.answered()).isEqualTo(1);
        assertThat(result.hosts().get(0).took()).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void aFaultOfOursIsToldAsSuch() throws Exception {
        transport.host("h1", List.of("/nonexistent/shell"));
        ScanResult result = scan(10, 1, hosts(1), told::add);
        assertThat(result.hosts().get(0).failure().orElseThrow().kind()).isEqualTo(LoadshareException.Kind.SOFTWARE);
    }

    @Test
    void scanningNothingFindsNothing() throws Exception {
        assertThat(scan(10, 1).hosts()).isEmpty();
    }
}
