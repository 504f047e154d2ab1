package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are killed at random moments while they submit a job to a real Slurm. {@code loadshare.slurmKills} sets how
 * many are.
 */
@Tag("ssh")
@Tag("fault")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SlurmKilledClientTest {

    private static final int KILLS = Size.of("loadshare.slurmKills", 10, 100);
    private static final String[] COMMAND = {
        "run", "--pool", "hpc", "--detach", "--", "sh", "-c", "echo $LOADSHARE_JOB >>~/ran"
    };

    private final Random random = new Random(Long.getLong("loadshare.seed", System.nanoTime()));

    @TempDir
    private Path home;

    @Test
    void aKilledClientHasSubmittedItsJobOnceOrNotAtAll() throws Exception {
        try (Cluster cluster = Cluster.start(1, "--users", "1")) {
            cluster.startSlurm(2);
            Program loadshare = new Program(home)
                    .configure(
                            """
                            hosts: [ { name: h1, user: u1 } ]
                            pools: [ { name: hpc, slurm: { login: h1 } } ]
                            ssh: { config: %s, knownHosts: %s }
                            """
                                    .formatted(cluster.sshConfig(), cluster.knownHosts()));
            List<String> printed = new ArrayList<>(loadshare.burst(1, COMMAND));
            long begin = System.nanoTime();
            printed.addAll(loadshare.burst(1, COMMAND));
            double delay = System.nanoTime() - begin;
            for (int i = 0; i < KILLS; i++) {
                Program.Running client = loadshare.start(COMMAND);
                client.process().waitFor((long) delay, TimeUnit.NANOSECONDS);
                client.signal("KILL");
                List<String> jobs = client.await("").out().lines().toList();
                printed.addAll(jobs);
                delay *=
                        jobs.isEmpty() ? random.nextDouble(1, 1.4) : random.nextDouble(0.6, 1); // around the submission
            }
            Waiting.until("the ends of all jobs", Duration.ofMinutes(2), () -> asUser(
                            cluster, "squeue -h; pgrep -x sbatch || :")
                    .isEmpty());

            List<String> submitted = asUser(cluster, "squeue -h -t all -o %j | sed s/loadshare-//")
                    .lines()
                    .toList();
            List<String> ran = asUser(cluster, "cat ~/ran").lines().toList();
            assertThat(submitted).doesNotHaveDuplicates().containsAll(printed);
            assertThat(ran).containsExactlyInAnyOrderElementsOf(submitted);
            String status = loadshare
                    .run(Stream.concat(Stream.of("status"), submitted.stream()).toArray(String[]::new))
                    .out();
            assertThat(status.lines().filter(line -> line.contains("EXITED 0")))
                    .as(status)
                    .hasSameSizeAs(submitted);
            assertThat(submitted.size()).as("kills at different moments").isBetween(3, KILLS + 2);
        }
    }

    private static String asUser(Cluster cluster, String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "su", "u1", "-c", line);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout().strip();
    }
}
