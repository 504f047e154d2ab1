package io.jenkins.plugins.loadshare.seats;

import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Queue;
import io.jenkins.plugins.loadshare.nodes.MachineInventory;
import io.jenkins.plugins.loadshare.nodes.MachineLedger;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.dispatch.Reservations;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseFeature;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.LoadSource;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** One round of the {@link SeatAllocator}: handles what has changed, then requests seats. One thread at a time. */
final class SeatRound implements LoadSource {

    private static final Logger LOGGER = Logger.getLogger(SeatRound.class.getName());

    private final Map<Long, SeatRequest> requests;
    private final SeatRecovery recovery;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();

    private Settings settings;
    private HostInventory inventory;
    private Ledger ledger;
    private Reservations reservations;
    private Dispatcher dispatcher;
    private MachineInventory machines;
    private LoadBoard shown;
    private LoadBoard board;
    private int[] occupied;
    private volatile SeatSnapshot seated;

    SeatRound(Map<Long, SeatRequest> requests, SeatRecovery recovery) {
        this.requests = requests;
        this.recovery = recovery;
        this.seated = new SeatSnapshot(List.of());
    }

    /** Restores the seats that were held before Jenkins was restarted. */
    void recover() {
        if (recovery.read()) {
            seated = new SeatSnapshot(recovery.seats());
        }
    }

    boolean isRecovering() {
        return !recovery.seats().isEmpty();
    }

    SeatSnapshot seated() {
        return seated;
    }

    /**
     * @param queued the builds in the Queue that need a license, by item ID
     * @param running the names of the nodes where builds run, by item ID
     */
    void run(Settings now, MachineInventory measured, Map<Long, Queue.Item> queued, Map<Long, String> running) {
        wire(now, measured.board().inventory());
        boolean news = machines != measured;
        machines = measured;
        settle(queued.keySet(), running);
        keepBooks();
        if (news) {
            reservations.reconcile(board);
        }
        queued.values().forEach(this::serve);
        if (publish()) {
            keepBooks();
            Queue.getInstance().scheduleMaintenance();
        }
    }

    private void wire(Settings now, HostInventory hosts) {
        if (settings == now && inventory == hosts) {
            return;
        }
        ledger = JenkinsState.get().ledger(hosts);
        dispatcher = new DispatcherBuilder(ledger, this, clock, random)
                .placement(now.core().placement())
                .retry(now.core().retry())
                .licenseServer(new LmstatServer(hosts, clock, System::nanoTime))
                .build();
        reservations = dispatcher.reservations();
        settings = now;
        inventory = hosts;
        board = null;
    }

    private void settle(Set<Long> queued, Map<Long, String> running) {
        Instant now = clock.instant();
        requests.forEach((item, request) -> {
            if (running.containsKey(item)) {
                if (!request.isStarted() && request.seat().isPresent()) {
                    request.start(dispatcher, running.get(item), now);
                }
            } else if (!queued.contains(item)) {
                request.end(reservations, now);
                requests.remove(item);
            } else if (request.isExpired(now)) {
                takeAway(item, request).ifPresent(seat -> reservations.retreat(seat.id(), LOGGER::warning));
            }
        });
        recovery.givenUp(now)
                .forEach(seat -> reservations.end(seat.id(), OptionalInt.empty(), now, LOGGER::warning));
        recovery.keep(requests.values());
    }

    /** Does nothing if the build has just been assigned an executor. */
    private static Optional<BuildSeat> takeAway(long item, SeatRequest request) {
        BuildSeat[] unused = new BuildSeat[1];
        Queue.withLock(() -> {
            Queue.Item current = Queue.getInstance().getItem(item);
            if (current != null && !Queue.getInstance().isPending(current.task)) {
                unused[0] = request.takeAway();
            }
        });
        return Optional.ofNullable(unused[0]);
    }

    private void keepBooks() {
        List<BuildSeat> seats = new ArrayList<>(recovery.seats());
        int[] builds = new int[inventory.size()];
        for (SeatRequest request : requests.values()) {
            request.seat().ifPresent(seats::add);
            int position = request.isStarted()
                    ? inventory.position(request.seat().orElseThrow().machine())
                    : -1;
            if (position >= 0) {
                builds[position]++;
            }
        }
        SeatSnapshot now = new SeatSnapshot(seats);
        if (!now.isSameAs(seated)) {
            seated = now;
        }
        LoadBoard all = seated.over(machines.board());
        int[] others = occupied(builds);
        if (board == null || all != shown || !Arrays.equals(others, occupied)) {
            shown = all;
            occupied = others;
            board = all.withOccupied(others);
        }
        NodeScans.get().publish(new MachineLedger(machines, all, ledger.view(), builds));
    }

    private int[] occupied(int[] seated) {
        int[] occupied = new int[inventory.size()];
        for (String node : machines.nodes()) {
            Computer computer = Jenkins.get().getComputer(node);
            occupied[machines.position(node)] += computer == null ? 0 : computer.countBusy();
        }
        Arrays.setAll(occupied, i -> Math.max(0, occupied[i] - seated[i]));
        return occupied;
    }

    private void serve(Queue.Item item) {
        String license = LicenseNeed.any(item.task).orElse("");
        SeatRequest request = requests.compute(item.getId(), (id, old) -> current(old, license, item.task));
        if (request.seat().isPresent() || !(item instanceof Queue.NotWaitingItem waiting)) {
            return;
        }
        LicenseFeature feature;
        try {
            feature = settings.core().license(license);
        } catch (LoadshareException e) {
            request.postpone(e.getMessage());
            return;
        }
        List<String> nodes = candidates(new Queue.BuildableItem(waiting));
        if (nodes.isEmpty() || Jenkins.get().isQuietingDown()) {
            request.postpone(Messages.SeatDispatcher_noExecutor());
            return;
        }
        request.tryNow(
                dispatcher,
                request(feature, nodes),
                clock.instant(),
                settings.core().retry().first());
    }

    /** Restarts a request whose license was changed while it waited. */
    private SeatRequest current(SeatRequest old, String license, Queue.Task task) {
        if (old == null) {
            return recovery.request(license, task, clock.instant());
        }
        if (old.license().equals(license) || old.seat().isPresent()) {
            return old;
        }
        old.end(reservations, clock.instant());
        return recovery.request(license, task, clock.instant());
    }

    /** Publishes the new reservations to the Queue and returns whether there are any. */
    private boolean publish() {
        recovery.keep(requests.values());
        boolean any = recovery.hasResumed();
        for (SeatRequest request : requests.values()) {
            Optional<BuildSeat> seat = request.unpublished();
            seat.ifPresent(got -> request.publish(got, clock.instant()));
            any |= seat.isPresent();
        }
        return any;
    }

    /**
     * Returns the measured nodes that may run the build and have a free executor; of one login, because a seat belongs
     * to a user.
     */
    private List<String> candidates(Queue.BuildableItem item) {
        List<String> nodes = new ArrayList<>();
        for (String name : machines.nodes()) {
            Computer computer = Jenkins.get().getComputer(name);
            Node node = computer == null ? null : computer.getNode();
            boolean free = node != null
                    && computer.isOnline()
                    && computer.isAcceptingTasks()
                    && computer.countIdle() > awaitedAt(machines.name(machines.position(name)));
            if (free && node.canTake(item) == null) {
                nodes.add(name);
            }
        }
        nodes.sort(null);
        nodes.removeIf(name -> !machines.user(name).equals(machines.user(nodes.get(0))));
        return nodes;
    }

    /** Returns the number of builds that are placed on a machine and about to start. */
    private long awaitedAt(HostName machine) {
        return requests.values().stream()
                .filter(request -> !request.isStarted())
                .flatMap(request -> request.seat().or(request::unpublished).stream())
                .filter(seat -> seat.machine().equals(machine))
                .count();
    }

    private PlacementRequest request(LicenseFeature feature, List<String> nodes) {
        int[] positions = nodes.stream().mapToInt(machines::position).distinct().toArray();
        return PlacementRequest.of(
                        "a node with license " + feature.name(),
                        positions,
                        machines.user(nodes.get(0)),
                        random.nextLong())
                .withLicense(feature, Optional.empty());
    }

    @Override
    public LoadBoard latest() {
        return board;
    }

    @Override
    public LoadBoard refresh(List<HostName> hosts) {
        return board; // nodes are measured in the background, never for a single build
    }

    @Override
    public HostResult look(Host host) {
        throw new UnsupportedOperationException("Jenkins starts the builds on its nodes, so no last look is taken");
    }
}
