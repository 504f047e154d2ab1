package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many jobs at once on a host of four cores and a real Slurm cluster of eight. */
@Tag("ssh")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SlurmOverflowTest {

    private static final int JOBS = Size.of("loadshare.overflow.jobs", 24, 100);

    @TempDir
    private Path home;

    /** The lines of the ledger so far, which drops old ones when it is compacted. */
    private final Set<String> lines = Collections.synchronizedSet(new LinkedHashSet<>());

    @Test
    void jobsFillTheOwnHostFirstAndTheRestRunOnceInTheCluster() throws InterruptedException {
        try (Cluster cluster = Cluster.start(2, "--users", "1")) {
            cluster.startSlurm(4);
            cluster.cores(cluster.host(2), 4);
            Program loadshare = new Program(home)
                    .configure(
                            """
                            hosts: [ { name: "h[1-2]", user: u1 } ]
                            pools:
                              - { name: own, hosts: h2 }
                              - { name: hpc, slurm: { login: h1 }, overflow: 20s }
                            ssh: { config: %s, knownHosts: %s }
                            placement: { slotsPerCore: 1.0 }
                            scan: { timeout: 20s, connectTimeout: 10s }
                            """
                                    .formatted(cluster.sshConfig(), cluster.knownHosts()));
            ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
            reader.scheduleWithFixedDelay(this::readLedger, 0, 100, TimeUnit.MILLISECONDS);
            List<String> ids = loadshare.burst(
                    JOBS,
                    "run",
                    "--pool",
                    "own,hpc",
                    "--detach",
                    "--",
                    "sh",
                    "-c",
                    "echo $LOADSHARE_JOB >>~/ran; until [ -e ~/go-on ]; do sleep 0.5; done");
            for (int host = 1; host <= 2; host++) {
                cluster.exec(cluster.host(host), "sh", "-c", "touch ~u1/go-on");
            }
            Waiting.until(
                    "the last job", Duration.ofMinutes(3), () -> ran(cluster).count() >= JOBS);
            reader.shutdown();
            assertThat(reader.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            readLedger();
            assertThat(ids).doesNotHaveDuplicates().hasSize(JOBS);
            assertThat(ran(cluster)).as("each job runs once").containsExactlyInAnyOrderElementsOf(ids);
            List<String> hosts = placements().map(words -> words[1]).toList();
            assertThat(hosts.subList(0, 4)).as("own hosts first: %s", hosts).containsOnly("h2");
            assertThat(hosts.subList(4, JOBS)).containsOnly("hpc");
            assertOrderIsKept();
        }
    }

    private void readLedger() {
        Path ledger = home.resolve(".local/state/loadshare/ledger");
        if (Files.exists(ledger)) {
            try {
                lines.addAll(Files.readAllLines(ledger));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Asserts that older requests are served first, with few exceptions: a request whose process does not get on within
     * five seconds is passed over.
     */
    private void assertOrderIsKept() {
        List<String> opened = ledger(" ([0-9]+\\.[0-9]+) \\S+ ticket-opened id=(\\S+)")
                .sorted(Comparator.comparingDouble(words -> Double.parseDouble(words[0])))
                .map(words -> words[1])
                .toList();
        List<String> served =
                placements().map(words -> words[0]).filter(opened::contains).toList();
        assertThat(opened).as("more than the hosts can start at once").hasSizeGreaterThan(JOBS / 4);
        int overtaken = 0;
        for (int i = 0; i < served.size(); i++) {
            for (int j = i + 1; j < served.size(); j++) {
                overtaken += opened.indexOf(served.get(j)) < opened.indexOf(served.get(i)) ? 1 : 0;
            }
        }
        int pairs = served.size() * (served.size() - 1) / 2;
        assertThat(overtaken)
                .as("of " + pairs + " pairs in the ledger\n" + String.join("\n", lines))
                .isLessThan(1 + pairs / 5);
    }

    /** Returns the job and the host of each reservation, in their order. */
    private Stream<String[]> placements() {
        return ledger("reserved id=(\\S+) host=(\\S+)");
    }

    private Stream<String[]> ledger(String pattern) {
        Pattern record = Pattern.compile(pattern);
        return lines.stream().map(record::matcher).filter(Matcher::find).map(match ->
                new String[] {match.group(1), match.group(2)});
    }

    private static Stream<String> ran(Cluster cluster) {
        return Stream.of(1, 2)
                .flatMap(host -> cluster.exec(cluster.host(host), "sh", "-c", "cat ~u1/ran 2>/dev/null || :")
                        .stdout()
                        .lines());
    }
}
