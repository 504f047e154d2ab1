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
import io.loadshare.testing.HostFault;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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

    private static final int MOMENTS = Size.of("loadshare.startFaults", 3, 34);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static Cluster cluster;

    private final Random random = new Random(Long.getLong("loadshare.seed", System.nanoTime()));
    private final InstantSource clock = InstantSource.system();
    private final ScheduledExecutorService moments = Executors.newScheduledThreadPool(2);
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void endMoments() {
        moments.shutdownNow();
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
    void noJobIsLostOrRunsTwice(HostFault fault) throws Exception {
        for (int i = 0; i < MOMENTS; i++) {
            String id = "f" + fault.ordinal() + "-" + i + "-"
                    + ProcessHandle.current().pid();
            launchWhile(fault, id, i == 0);
        }
    }

    /** @param atOrder strike just before the order to begin, after which only the host knows, not at a random moment */
    private void launchWhile(HostFault fault, String id, boolean atOrder) throws Exception {
        String best = cluster.host(1);
        heard.clear();
        try (Transport transport = transport()) {
            if (random.nextBoolean()) {
                transport.connect(Host.named(best), deadline()).close(); // a kept connection
            }
            FutureTask<Void> strike = new FutureTask<>(() -> fault.strike(cluster, best), null); // runs once
            if (!atOrder) {
                moments.schedule(strike, random.nextInt(300), TimeUnit.MILLISECONDS);
            }
            Runnable beforeOrder = atOrder ? strike : () -> {};
            Future<Boolean> launch = moments.schedule(
                    () -> launchAndMend(launch(transport, id, beforeOrder), id, fault, strike),
                    random.nextInt(600),
                    TimeUnit.MILLISECONDS);
            boolean mended = false;
            try {
                mended = launch.get();
            } finally {
                strike.run();
                strike.get();
                if (!mended) {
                    fault.mend(cluster, best);
                }
            }
        }
        Waiting.until("a trace of " + id, () -> HostFault.lines(cluster, "/tmp/" + id) > 0);
        Waiting.until("the end of what was sent to " + best, () -> HostFault.shells(cluster, best)
                .isEmpty());
        assertThat(HostFault.lines(cluster, "/tmp/" + id))
                .as("%s: %s", id, heard)
                .isEqualTo(1);
    }

    /**
     * Launches a job, and mends the host when a start was sent to it and not answered, since only the host knows then.
     *
     * @return whether the host was mended
     */
    private boolean launchAndMend(Launch<Job> launch, String id, HostFault fault, Future<?> strike) throws Exception {
        boolean mended = false;
        Instant end = clock.instant().plusSeconds(120);
        while (launch.tryNow().isEmpty()) {
            assertThat(clock.instant()).as("%s: %s", id, heard).isBefore(end);
            if (launch.isUnanswered() && !mended) {
                strike.get();
                fault.mend(cluster, cluster.host(1));
                mended = true;
            }
            Waiting.until("the next try of " + id, launch::isDue);
        }
        return mended;
    }

    private Launch<Job> launch(Transport transport, String id, Runnable beforeOrder) {
        HostInventory inventory =
                new HostInventory(List.of(Host.named(cluster.host(1)), Host.named(cluster.host(2))), List.of());
        TestingLoadSource load = new TestingLoadSource(inventory);
        load.know(
                report(cluster.host(1), clock.instant()).build(),
                report(cluster.host(2), clock.instant()).runnable(1).build());
        Dispatcher dispatcher = new DispatcherBuilder(new InMemoryLedger(inventory), load, clock, random).build();
        JobEngine engine = new SshJobEngine(transport, JobSettings.DEFAULT, moments, clock);
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
                PlacementRequest.of("all", inventory.machinePositions(), "root", 1),
                WaitPolicy.ENDLESS.withoutScan(),
                listener,
                host -> {
                    Instant now = clock.instant();
                    return HostResult.of(report(host.name().value(), now).build(), now, Duration.ZERO);
                },
                place -> engine.start(place.host(), spec, beforeOrder, deadline()));
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
