package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QuerySettings;
import io.loadshare.config.Configuration;
import io.loadshare.desktop.DesktopSettings;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.job.JobSettings;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.Ledger;
import io.loadshare.load.Observer;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.ScanSettings;
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
import io.loadshare.wiring.ServiceOwner;
import io.loadshare.wiring.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    private void wire(Transport ssh, SshSettings settings, HostInventory inventory) throws InterruptedException {
        ScanSettings scan = new ScanSettings(
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                false,
                Optional.empty());
        Services services = new Services(
                new Configuration(
                        inventory,
                        false,
                        List.of(),
                        List.of(),
                        scan,
                        PlacementSettings.DEFAULT.withoutSlotLimit(),
                        RetrySettings.DEFAULT,
                        QuerySettings.DEFAULT,
                        settings,
                        JobSettings.DEFAULT,
                        DesktopSettings.DEFAULT,
                        AgentSettings.DEFAULT,
                        new StateSettings(home.resolve("state"), false)),
                new TestingOwner(ssh, state, inventory),
                Instant::now,
                System::nanoTime,
                new Random(1));
        services.scans().scan();
        dispatcher = services.dispatcher();
        reservations = dispatcher.reservations();
    }

    private record TestingOwner(Transport transport, StateDirectory state, HostInventory inventory)
            implements ServiceOwner {

        @Override
        public Ledger openLedger() {
            return LedgerFile.in(
                    state, inventory, "alice", Instant::now, System::nanoTime, new Random(1), System.out::println);
        }

        @Override
        public Observer observer() {
            return new Observer("alice", "here");
        }

        @Override
        public String howToLift(String host) {
            return "";
        }

        @Override
        public void warn(String message) {
            System.out.println(message);
        }
    }

    @Test
    void ofFiveHundredJobsABlackHoleEatsFiveAtMost() throws Exception {
        HostInventory inventory = new HostInventory(
                IntStream.rangeClosed(1, HOSTS)
                        .mapToObj(i -> Host.named("h" + i))
                        .toList(),
                List.of());
        try (Cluster cluster = Cluster.start(HOSTS, "--users", "0")) {
            run(
                    cluster,
                    inventory,
                    new SshSettings(
                            cluster.sshConfig(), cluster.knownHosts(), Optional.of(cluster.identity()), List.of()));
        }
    }

    private void run(Cluster cluster, HostInventory inventory, SshSettings settings) throws Exception {
        try (Transport ssh = new JschTransport(settings, LocalUser.current(), new Random())) {
            inventory.hosts().stream()
                    .filter(host -> !host.name().value().equals(BLACK_HOLE))
                    .forEach(host -> cluster.exec(host.name().value(), "touch", "/tmp/data"));
            state = StateDirectory.open(new StateSettings(home.resolve("state"), false), System.out::println);
            wire(ssh, settings, inventory);
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
        return PlacementRequest.of("all hosts", inventory.machinePositions(), "alice", 1)
                .withOrigin(new JobOrigin(owner, "test"));
    }

    /** One job of a user, from its request to its end; returns its host. */
    private String runOne(Transport ssh, HostInventory inventory, String owner) throws InterruptedException {
        PlacedRequest place = dispatcher.place(request(inventory, owner), WaitPolicy.ENDLESS, DispatchListener.SILENT);
        assertThat(dispatcher.start(place, DispatchListener.SILENT)).isTrue();
        Instant began = Instant.now();
        int status;
        Deadline deadline = Deadline.after(Duration.ofSeconds(120), System::nanoTime);
        try (Session session = ssh.connect(place.host(), deadline)) {
            status = session.run("test -e /tmp/data || exit 3; sleep 0.3", new byte[0], 1000, deadline)
                    .status();
        }
        reservations.end(place.id(), OptionalInt.of(status), began, System.out::println);
        return place.host().name().value();
    }
}
