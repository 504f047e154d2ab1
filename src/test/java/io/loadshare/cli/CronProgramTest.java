package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scans that Debian's cron starts on twelve hosts, and many at once. */
@Tag("ssh")
class CronProgramTest {

    private static final int HOSTS = 12;
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** Where the launcher notes each start; it does not survive a boot. */
    private static final String NOTES = "/run/loadshare-starts";

    @TempDir
    private static Path tree;

    private static Cluster cluster;
    private static Path program;
    private static Path configuration;

    @TempDir
    private Path home;

    @BeforeAll
    static void startCluster() throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/cron")),
                "no cron on this machine, so nothing is started by it: apt-get install cron");
        program = InstalledProgram.in(tree);
        String launcher = Files.readString(program);
        Files.writeString(program, launcher.replaceFirst("\n", "\necho \"\\$*\" >>" + NOTES + "\n"));
        Path state = tree.resolve("state");
        configuration = Files.writeString(
                tree.resolve("config.yaml"),
                """
                hosts: [ { name: "h[1-%d]" } ]
                scan: { interval: %ds, minInterval: 30s, timeout: 20s, connectTimeout: 10s, selfHeal: true }
                state: { directory: /var/lib/loadshare, shared: true }
                """
                        .formatted(HOSTS, INTERVAL.toSeconds()));
        cluster = Cluster.start(
                HOSTS,
                "--shared",
                state.toString(),
                "--bind",
                tree.toString(),
                "--sshd",
                "LogLevel VERBOSE",
                "--users",
                "0");
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Cluster.Output on(String host, String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--config", configuration.toString()));
        command.addAll(List.of(words));
        return cluster.exec(host, command.toArray(String[]::new));
    }

    private static List<String> hosts() {
        return IntStream.rangeClosed(1, HOSTS).mapToObj(cluster::host).toList();
    }

    @Test
    void oneSurvivorRevivesAllOthersWithinTwoIntervals() throws Exception {
        hosts().forEach(cluster::startCron);
        Cluster.Output installed = on("h1", "cron", "install");
        assertThat(installed.status()).as(installed.toString()).isZero();
        assertThat(on("h1", "cron", "status").stdout().lines())
                .hasSize(HOSTS)
                .allMatch(line -> line.endsWith(": present"));

        List<String> others = hosts().subList(1, HOSTS);
        for (String host : others) {
            cluster.kill(host);
            Files.delete(cluster.directory().resolve("host/" + host + "/var/spool/cron/crontabs/root"));
        }
        for (String host : others) {
            cluster.boot(host);
            cluster.startCron(host);
        }
        assertThat(cluster.exec("h2", "crontab", "-l").stderr()).contains("no crontab for root");

        Waiting.until("all hosts scan by cron again", INTERVAL.multipliedBy(2).plusSeconds(30), () -> others.stream()
                .allMatch(host -> cluster.exec(host, "cat", NOTES).stdout().contains(configuration + " scan\n")));

        hosts().forEach(cluster::stopCron);
        Waiting.until("the last scan that heals has ended", () -> hosts().stream()
                .allMatch(host -> cluster.exec(host, "pgrep", "-f", "io.loadshare.cli.Main")
                        .stdout()
                        .isEmpty()));
        Cluster.Output removed = on("h1", "cron", "remove");
        assertThat(removed.status()).as(removed.toString()).isZero();
        assertThat(removed.stderr()).contains("the next scan installs the entries again");
        assertThat(on("h1", "cron", "status").stdout().lines())
                .hasSize(HOSTS)
                .allMatch(line -> line.contains(": absent"));
    }

    private Program client(String scan) {
        return new Program(home)
                .configure(
                        """
                        hosts: [ { name: "h[1-%d]" } ]
                        ssh: { config: %s, knownHosts: %s }
                        scan: %s
                        """
                                .formatted(HOSTS, cluster.sshConfig(), cluster.knownHosts(), scan));
    }

    private static long connections() {
        return hosts().stream()
                .map(host -> cluster.directory().resolve("host/" + host + "/var/log/sshd.log"))
                .mapToLong(log -> {
                    try {
                        return Files.readAllLines(log).stream()
                                .filter(line -> line.startsWith("Connection from"))
                                .count();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException("cannot read " + log, e);
                    }
                })
                .sum();
    }

    @Test
    void ofThirtySixScansAtOnceOneConnects() {
        Program loadshare = client("{ minInterval: 5m, timeout: 60s, connectTimeout: 30s }");
        long before = connections();

        List<Program.Running> scans = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            scans.add(loadshare.start("scan"));
        }
        List<Program.Result> results =
                scans.stream().map(scan -> scan.await("")).toList();

        assertThat(results).allMatch(result -> result.status() == 0);
        assertThat(results)
                .filteredOn(result -> result.err().contains("nothing to do"))
                .hasSize(35);
        assertThat(connections() - before).isEqualTo(HOSTS);
    }

    @Test
    void aScannerKilledAtItsStartBlocksForOneDeadlineAtMost() throws Exception {
        Program loadshare = client("{ minInterval: 5m, timeout: 6s, connectTimeout: 5s }");
        Path claim = home.resolve(".local/state/loadshare/scan.1");
        cluster.hang("h2");
        try {
            Program.Running scan = loadshare.start("scan");
            Waiting.until("the scanner has claimed the scan", () -> Files.exists(claim) && Files.size(claim) > 0);
            scan.process().destroyForcibly().waitFor();
        } finally {
            cluster.resume("h2");
        }
        double until = Files.readAllLines(claim).stream()
                .filter(line -> line.startsWith("until="))
                .mapToDouble(line -> Double.parseDouble(line.substring("until=".length())))
                .findFirst()
                .orElseThrow();
        double from = Files.readAllLines(claim).stream()
                .filter(line -> line.startsWith("from="))
                .mapToDouble(line -> Double.parseDouble(line.substring("from=".length())))
                .findFirst()
                .orElseThrow();
        assertThat(until - from).isEqualTo(6, org.assertj.core.api.Assertions.within(0.01));

        Waiting.until("the dead scanner's claim has expired", () -> System.currentTimeMillis() / 1000.0 > until);
        Program.Result next = loadshare.run("scan");
        assertThat(next.status()).as(next.toString()).isZero();
        assertThat(next.err()).doesNotContain("nothing to do");
    }
}
