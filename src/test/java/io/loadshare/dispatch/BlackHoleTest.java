package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.Observer;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import io.loadshare.probe.Probe;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import io.loadshare.scan.SharedScans;
import io.loadshare.scan.TroubledHosts;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A burst of jobs over real hosts, one of which lacks what every job needs. */
@Tag("ssh")
class BlackHoleTest {

    private static final int HOSTS = 12;
    private static final int JOBS = 500;
    /** Fewer than hosts: what counts is how soon the host is found, not how many jobs are under way meanwhile. */
    private static final int AT_ONCE = 8;

    private static final String BLACK_HOLE = "h5";

    @TempDir
    Path home;

    private StateDirectory state;
    private Dispatcher dispatcher;
    private Reservations reservations;

    private void wire(Transport ssh, HostInventory inventory) throws InterruptedException {
        Random random = new Random(1);
        state = StateDirectory.open(new StateSettings(home.resolve("state"), false), warning -> {});
        state.prepare();
        LedgerFile ledger = new LedgerFile(
                state.path().resolve("ledger"),
                state.access(),
                inventory,
                "alice",
                Instant::now,
                System::nanoTime,
                random,
                warning -> {});
        ScanSettings settings = new ScanSettings(
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                false,
                Optional.empty());
        Probe probe = new Probe(List.of(), Optional.empty(), Duration.ofSeconds(10));
        TroubledHosts troubled = new TroubledHosts(state, Instant::now, host -> "", System.out::println);
        SharedScans scans = new SharedScans(
                inventory,
                settings,
                state,
                () -> new Scanner(ssh, probe, settings, HOSTS, Instant::now, System::nanoTime),
                Instant::now,
                new Observer("alice", "here"),
                troubled);
        scans.scan();
        JobIds ids = new JobIds(Instant::now, random);
        Placer placer = new Placer(PlacementSettings.DEFAULT.withoutSlotLimit());
        reservations = new Reservations(ledger, placer, ids, Instant::now, LiveHosts.NONE, troubled);
        dispatcher = new Dispatcher(
                placer,
                reservations,
                scans,
                feature -> new ServerUsage.Unknown("there is none"),
                ids,
                RetrySettings.DEFAULT,
                Instant::now);
    }

    @Test
    void ofFiveHundredJobsABlackHoleEatsFiveAtMost() throws Exception {
        HostInventory inventory = new HostInventory(
                IntStream.rangeClosed(1, HOSTS)
                        .mapToObj(i -> Host.named("h" + i))
                        .toList(),
                List.of());
        try (Cluster cluster = Cluster.start(HOSTS, "--users", "0");
                Transport ssh = new JschTransport(
                        new SshSettings(
                                cluster.sshConfig(), cluster.knownHosts(), Optional.of(cluster.identity()), List.of()),
                        LocalUser.current(),
                        new Random())) {
            inventory.hosts().stream()
                    .filter(host -> !host.name().value().equals(BLACK_HOLE))
                    .forEach(host -> cluster.exec(host.name().value(), "touch", "/tmp/data"));
            wire(ssh, inventory);
            Map<String, AtomicInteger> placed = new ConcurrentHashMap<>();
            AtomicInteger left = new AtomicInteger(JOBS);
            Callable<Void> client = () -> {
                while (left.decrementAndGet() >= 0) {
                    String host = runOne(ssh, inventory, left.get() % 2 == 0 ? "alice" : "bob");
                    placed.computeIfAbsent(host, name -> new AtomicInteger()).incrementAndGet();
                }
                return null;
            };
            ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
            try {
                List<Callable<Void>> all = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    all.add(client);
                }
                for (Future<Void> done : clients.invokeAll(all)) {
                    done.get();
                }
            } finally {
                clients.shutdownNow();
            }

            System.out.println("jobs by host: " + placed);
            assertThat(placed.values().stream().mapToInt(AtomicInteger::get).sum())
                    .isEqualTo(JOBS);
            assertThat(placed.get(BLACK_HOLE).get())
                    .as("jobs on the black hole")
                    .isBetween(2, 5);
            assertThat(state.suspensions().keySet()).hasToString("[" + BLACK_HOLE + "]");
            assertThat(dispatcher
                            .best(request(inventory, "carol"), false)
                            .explanation()
                            .toTree()
                            .toString())
                    .contains(
                            "jobs of alice, bob in a row failed here within 10 s and do well elsewhere, the last with status 3");
        }
    }

    private static PlacementRequest request(HostInventory inventory, String owner) {
        return PlacementRequest.of("all hosts", inventory.positions(), "alice", 1)
                .withOrigin(new JobOrigin(owner, "test"));
    }

    /** One job of a user, from its request to its end; returns its host. */
    private String runOne(Transport ssh, HostInventory inventory, String owner) throws InterruptedException {
        PlacedRequest place = dispatcher.place(request(inventory, owner), WaitPolicy.ENDLESS, DispatchListener.SILENT);
        assertThat(dispatcher.start(place, DispatchListener.SILENT)).isTrue();
        long began = System.nanoTime();
        int status;
        Deadline deadline = Deadline.after(Duration.ofSeconds(120), System::nanoTime);
        try (Session session = ssh.connect(place.host(), deadline)) {
            status = session.run("test -e /tmp/data || exit 3; sleep 0.3", new byte[0], 1000, deadline)
                    .status();
        }
        reservations.end(place.id(), status, Duration.ofNanos(System.nanoTime() - began));
        return place.host().name().value();
    }
}
