package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Launches on real hosts of which the best one fails at a random moment of the start. {@code loadshare.startFaults} sets how
 * many moments of each fault are tried.
 */
@Tag("ssh")
@Tag("fault")
class StartFaultTest {

    private static final int MOMENTS = Integer.getInteger("loadshare.startFaults", 3);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static Cluster cluster;

    private final Random random = new Random(Long.getLong("loadshare.seed", System.nanoTime()));
    private final InstantSource clock = InstantSource.system();

    private enum Fault {
        FROZEN {
            @Override
            void strike(String host) {
                cluster.hang(host);
            }

            @Override
            void mend(String host) {
                cluster.resume(host);
            }
        },
        CUT_OFF {
            @Override
            void strike(String host) {
                cluster.cut(host);
            }

            @Override
            void mend(String host) {
                cluster.mend(host);
            }
        },
        SSHD_KILLED {
            @Override
            void strike(String host) {
                cluster.refuse(host);
                cluster.exec(host, "pkill", "-KILL", "-f", "^sshd");
            }

            @Override
            void mend(String host) {
                cluster.accept(host);
            }
        };

        abstract void strike(String host);

        abstract void mend(String host);
    }

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(2, "--cut", "--users", "0");
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void noJobIsLostOrRunsTwice(Fault fault) throws Exception {
        for (int i = 0; i < MOMENTS; i++) {
            launchWhile(
                    fault,
                    "f" + fault.ordinal() + "-" + i + "-"
                            + ProcessHandle.current().pid());
        }
    }

    private void launchWhile(Fault fault, String id) throws Exception {
        String best = cluster.host(1);
        List<String> heard = new ArrayList<>();
        try (Transport transport = transport()) {
            if (random.nextBoolean()) {
                transport.connect(Host.named(best), deadline()).close(); // a kept connection
            }
            Thread striking = new Thread(() -> {
                pause(random.nextInt(300));
                fault.strike(best);
            });
            striking.start();
            boolean mended = false;
            try {
                pause(random.nextInt(600));
                Launch<Job> launch = launch(transport, id, heard);
                Instant end = clock.instant().plusSeconds(120);
                Optional<Launch.Started<Job>> started = launch.tryNow();
                while (started.isEmpty()) {
                    assertThat(clock.instant()).as("%s: %s", id, heard).isBefore(end);
                    if (launch.isUnanswered() && !mended) {
                        striking.join();
                        fault.mend(best);
                        mended = true;
                    }
                    Waiting.until("the next try of " + id, launch::isDue);
                    started = launch.tryNow();
                }
            } finally {
                striking.join();
                if (!mended) {
                    fault.mend(best);
                }
            }
        }
        Waiting.until("a trace of " + id, () -> runs(id) > 0);
        Waiting.until("the end of what was sent to " + best, () -> shells(best).isEmpty());
        assertThat(runs(id)).as("%s: %s", id, heard).isEqualTo(1);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis); // not waiting for anything: the moment is random
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Launch<Job> launch(Transport transport, String id, List<String> heard) {
        HostInventory inventory =
                new HostInventory(List.of(Host.named(cluster.host(1)), Host.named(cluster.host(2))), List.of());
        TestingLoadSource load = new TestingLoadSource(inventory);
        load.know(
                report(cluster.host(1), clock.instant()).build(),
                report(cluster.host(2), clock.instant()).runnable(1).build());
        Dispatcher dispatcher = new DispatcherBuilder(new InMemoryLedger(inventory), load, clock, random).build();
        JobEngine engine =
                new SshJobEngine(transport, JobSettings.DEFAULT, Executors.newSingleThreadScheduledExecutor(), clock);
        JobSpec spec = JobSpec.of(id, List.of("sh", "-c", "echo ran >>/tmp/" + id));
        DispatchListener listener = new DispatchListener() {
            @Override
            public void goesElsewhere(HostName host, String reason) {
                heard.add(reason);
            }

            @Override
            public void unanswered(PlacedRequest place) {
                heard.add("no answer from " + place.host().name());
            }
        };
        return dispatcher.launch(
                PlacementRequest.of("all", inventory.positions(), "root", 1),
                WaitPolicy.ENDLESS.withoutScan(),
                listener,
                host -> {
                    Instant now = clock.instant();
                    return HostResult.of(report(host.name().value(), now).build(), now, Duration.ZERO);
                },
                place -> engine.start(place.host(), spec, () -> {}, deadline()));
    }

    private static int runs(String id) {
        int runs = 0;
        for (int i = 1; i <= cluster.size(); i++) {
            String lines = cluster.exec(cluster.host(i), "sh", "-c", "cat /tmp/" + id + " 2>/dev/null | wc -l")
                    .stdout();
            runs += Integer.parseInt(lines.strip());
        }
        return runs;
    }

    /** The process numbers of shells that sshd started, and of wrappers of jobs. */
    private static String shells(String host) {
        return cluster.exec(host, "sh", "-c", "grep -lsz -e '^/bin/sh' /proc/[0-9]*/cmdline | grep -v \"/$$/\"")
                .stdout()
                .strip();
    }

    private static Deadline deadline() {
        return Deadline.after(ANSWER, System::nanoTime);
    }

    private static Transport transport() {
        return new JschTransport(
                new SshSettings(cluster.sshConfig(), cluster.knownHosts(), Optional.of(cluster.identity()), List.of()),
                LocalUser.current(),
                new Random());
    }
}
