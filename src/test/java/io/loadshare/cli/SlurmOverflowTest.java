package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerView;
import io.loadshare.store.ForkedJvm;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many jobs at once on two hosts of two cores each and a real Slurm cluster of eight. */
@Tag("ssh")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SlurmOverflowTest {

    private static final int JOBS = Size.of("loadshare.overflow.jobs", 24, 100);
    private static final int PROCESSES = 4;
    private static final int OWN_CORES = 4;

    /** The time in which all requests are made. */
    private static final Duration BURST = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void jobsFillTheOwnHostsFirstAndTheRestRunOnceInTheCluster() throws Exception {
        try (Cluster cluster = Cluster.start(3, "--users", "1")) {
            cluster.startSlurm(4);
            cluster.cores(cluster.host(2), OWN_CORES / 2);
            cluster.cores(cluster.host(3), OWN_CORES / 2);
            Path configuration = Files.writeString(
                    directory.resolve("config.yaml"),
                    """
                    hosts: [ { name: "h[1-3]", user: u1 } ]
                    pools:
                      - { name: own, hosts: "h[2-3]" }
                      - { name: hpc, slurm: { login: h1 }, overflow: 15s }
                    ssh: { config: %s, knownHosts: %s }
                    placement: { slotsPerCore: 1.0 }
                    scan: { timeout: 20s, connectTimeout: 10s }
                    state: { directory: %s }
                    """
                            .formatted(cluster.sshConfig(), cluster.knownHosts(), directory.resolve("state")));
            CommandServices services = CommandServices.ofProcess(new Console(System.out, System.err, false));
            services.useConfiguration(configuration);
            Ledger ledger = services.core().ledger();
            Map<String, Instant> waited = new ConcurrentHashMap<>();
            ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
            reader.scheduleWithFixedDelay(
                    () -> ledger.view().tickets().forEach(ticket -> waited.put(ticket.id(), ticket.openedAt())),
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
            List<String> ids = launch(configuration);
            reader.shutdown();
            LedgerView view = ledger.view();
            goOn(cluster);
            Waiting.until(
                    "the last job", Duration.ofMinutes(3), () -> ran(cluster).count() >= JOBS);

            assertThat(ids).doesNotHaveDuplicates().hasSize(JOBS);
            assertThat(ran(cluster)).as("each job runs once").containsExactlyInAnyOrderElementsOf(ids);
            List<String> hosts =
                    view.claims().stream().map(claim -> claim.host().value()).toList();
            assertThat(hosts).as("recorded in the ledger").hasSize(JOBS);
            assertThat(hosts.subList(0, OWN_CORES))
                    .as("own hosts first: %s", hosts)
                    .containsExactlyInAnyOrder("h2", "h2", "h3", "h3");
            assertThat(hosts.subList(OWN_CORES, JOBS)).containsOnly("hpc");
            assertOrderIsKept(waited, view.claims().stream().map(Claim::id).toList());
        }
    }

    /** Starts all jobs from threads of several processes, and returns their IDs. */
    private static List<String> launch(Path configuration) throws Exception {
        List<ForkedJvm> processes = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(ForkedJvm.start(
                        Clients.class, configuration.toString(), Integer.toString(i), Integer.toString(JOBS)));
            }
            List<String> printed = new ArrayList<>();
            for (ForkedJvm process : processes) {
                int status = process.awaitEnd(5, TimeUnit.MINUTES);
                printed.addAll(process.allLines());
                assertThat(status).as(String.join("\n", printed)).isZero();
            }
            return printed.stream()
                    .filter(line -> line.startsWith("job "))
                    .map(line -> line.substring("job ".length()))
                    .toList();
        } finally {
            processes.forEach(ForkedJvm::close);
        }
    }

    /** Every fourth client, each with services of its own, as if it was a process. */
    static final class Clients {

        public static void main(String[] arguments) throws Exception {
            int jobs = Integer.parseInt(arguments[2]);
            ScheduledExecutorService clients = Executors.newScheduledThreadPool(jobs);
            for (int i = Integer.parseInt(arguments[1]); i < jobs; i += PROCESSES) {
                long delay = BURST.toMillis() * i / jobs;
                clients.schedule(() -> run(arguments[0]), delay, TimeUnit.MILLISECONDS);
            }
            clients.shutdown();
            System.exit(clients.awaitTermination(4, TimeUnit.MINUTES) ? 0 : 1);
        }

        private static void run(String configuration) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), System.out, false);
            int status = new CommandRunner(CommandServices.ofProcess(console), console)
                    .run(List.of(
                            "--config",
                            configuration,
                            "run",
                            "--pool",
                            "own,hpc",
                            "--detach",
                            "--",
                            "sh",
                            "-c",
                            "echo $LOADSHARE_JOB >>~/ran; until [ -e ~/go-on ]; do sleep 0.5; done"));
            System.out.println("job " + out.toString(StandardCharsets.UTF_8).strip());
            if (status != 0) {
                Runtime.getRuntime().halt(status);
            }
        }
    }

    /** Asserts that older requests are served first, with few exceptions: those whose threads get on late. */
    private static void assertOrderIsKept(Map<String, Instant> waited, List<String> placed) {
        assertThat(waited).as("more than the hosts can start at once").hasSizeGreaterThan(JOBS / 4);
        List<Instant> served =
                placed.stream().filter(waited::containsKey).map(waited::get).toList();
        long overtaken = IntStream.range(0, served.size())
                .mapToLong(i -> served.subList(i, served.size()).stream()
                        .filter(later -> later.isBefore(served.get(i)))
                        .count())
                .sum();
        long pairs = served.size() * (served.size() - 1L) / 2;
        assertThat(overtaken).as("of %d pairs: %s", pairs, served).isLessThan(1 + pairs / 5);
    }

    private static void goOn(Cluster cluster) {
        for (int host = 1; host <= cluster.size(); host++) {
            cluster.exec(cluster.host(host), "sh", "-c", "touch ~u1/go-on");
        }
    }

    private static Stream<String> ran(Cluster cluster) {
        return IntStream.rangeClosed(1, cluster.size()).boxed().flatMap(host -> cluster.exec(
                        cluster.host(host), "sh", "-c", "cat ~u1/ran 2>/dev/null || :")
                .stdout()
                .lines());
    }
}
