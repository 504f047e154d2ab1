package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Queue;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.Failure;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.JobIds;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.dispatch.LoadSource;
import io.loadshare.dispatch.Place;
import io.loadshare.dispatch.Reservations;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseFeature;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.Placer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jenkins.model.Jenkins;

/** What {@link SeatDesk} does each time: settles what has happened, then asks for seats. One thread at a time. */
final class SeatRound implements LoadSource {

    private final Map<Long, SeatRequest> requests;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();

    private Settings settings;
    private HostInventory inventory;
    private Ledger ledger;
    private Reservations reservations;
    private Dispatcher dispatcher;
    private Machines machines;
    private LoadBoard board;
    private volatile Books books;

    SeatRound(Map<Long, SeatRequest> requests) {
        this.requests = requests;
    }

    Books books() {
        return books;
    }

    /**
     * @param queued builds in the Queue that need a license, by the id of their item
     * @param running ids of the items whose builds are on executors
     */
    void run(Settings now, Machines measured, Map<Long, Queue.Item> queued, Set<Long> running) {
        wire(now, measured.board().inventory());
        boolean news = machines != measured;
        machines = measured;
        settle(queued.keySet(), running);
        keepBooks();
        if (news) {
            reservations.reconcile(board);
        }
        boolean placed = false;
        for (Queue.Item item : queued.values()) {
            placed |= serve(item);
        }
        if (placed) {
            keepBooks();
            Queue.getInstance().scheduleMaintenance();
        }
    }

    private void wire(Settings now, HostInventory hosts) {
        if (settings == now && inventory == hosts) {
            return;
        }
        settings = now;
        inventory = hosts;
        ledger = JenkinsState.get().ledger(hosts);
        Placer placer = new Placer(now.core().placement());
        JobIds ids = new JobIds(clock, random);
        reservations = new Reservations(ledger, placer, ids, clock);
        dispatcher = new Dispatcher(
                placer,
                reservations,
                this,
                new LmstatServer(hosts, clock, System::nanoTime),
                ids,
                now.core().retry(),
                clock,
                time -> Thread.sleep(time.toMillis()));
    }

    private void settle(Set<Long> queued, Set<Long> running) {
        Instant now = clock.instant();
        requests.forEach((item, request) -> {
            if (running.contains(item)) {
                if (!request.isStarted() && request.place().isPresent()) {
                    request.start(dispatcher, now);
                }
            } else if (!queued.contains(item)) {
                request.end(reservations, now);
                requests.remove(item);
            } else if (request.isExpired(now)) {
                takeAway(item, request).ifPresent(place -> reservations.retreat(place.id()));
            }
        });
    }

    /** Unless the build has just been given an executor. */
    private static Optional<Place> takeAway(long item, SeatRequest request) {
        Place[] unused = new Place[1];
        Queue.withLock(() -> {
            Queue.Item current = Queue.getInstance().getItem(item);
            if (current != null && !Queue.getInstance().isPending(current.task)) {
                unused[0] = request.takeAway();
            }
        });
        return Optional.ofNullable(unused[0]);
    }

    private void keepBooks() {
        int[] seated = new int[inventory.size()];
        LoadBoard shown = machines.board();
        for (SeatRequest request : requests.values()) {
            int position = request.occupied().map(inventory::position).orElse(-1);
            if (position >= 0) {
                seated[position]++;
                shown = shown.with(inventory.at(position).name(), status -> showing(status, request));
            }
        }
        int[] occupied = occupied(seated);
        if (board == null || books == null || books.machines() != machines || !isSame(shown, occupied)) {
            board = shown.withOccupied(occupied);
        }
        books = new Books(machines, shown, ledger.view(), seated);
    }

    private boolean isSame(LoadBoard shown, int[] occupied) {
        for (int i = 0; i < inventory.size(); i++) {
            if (!shown.at(i).equals(board.at(i)) || occupied[i] != board.occupied(i)) {
                return false;
            }
        }
        return board.inventory() == inventory;
    }

    /** No probe can see that a build holds a seat; we do. */
    private static HostStatus showing(HostStatus status, SeatRequest request) {
        Place place = request.place().orElseThrow().place();
        Optional<LoadReport> report = status.report().map(old -> {
            List<LoadReport.ObservedJob> jobs = new ArrayList<>(old.jobs());
            jobs.add(new LoadReport.ObservedJob(
                    place.id(), 1, place.reservation().user(), 0));
            return old.withJobs(jobs);
        });
        return new HostStatus(report, status.failure(), status.drain(), status.suspension());
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

    private boolean serve(Queue.Item item) {
        String license = LicenseProperty.neededBy(item.task).orElse("");
        SeatRequest request = requests.compute(
                item.getId(),
                (id, old) -> old == null
                                || !old.license().equals(license) && old.place().isEmpty()
                        ? new SeatRequest(license)
                        : old);
        if (request.place().isPresent() || !(item instanceof Queue.NotWaitingItem waiting)) {
            return false;
        }
        LicenseFeature feature;
        try {
            feature = settings.core().license(license);
        } catch (Failure e) {
            request.postpone(e.getMessage());
            return false;
        }
        List<String> nodes = candidates(new Queue.BuildableItem(waiting));
        if (nodes.isEmpty() || Jenkins.get().isQuietingDown()) {
            request.postpone(Messages.SeatDispatcher_noExecutor());
            return false;
        }
        return request.tryNow(
                dispatcher,
                request(feature, nodes),
                clock.instant(),
                settings.core().retry().first());
    }

    /** Measured nodes that may run the build and have a free executor; of one login, since a seat is a user's. */
    private List<String> candidates(Queue.BuildableItem item) {
        List<String> nodes = new ArrayList<>();
        for (String name : machines.nodes()) {
            Computer computer = Jenkins.get().getComputer(name);
            Node node = computer == null ? null : computer.getNode();
            boolean free =
                    node != null && computer.isOnline() && computer.isAcceptingTasks() && computer.countIdle() > 0;
            if (free && node.canTake(item) == null) {
                nodes.add(name);
            }
        }
        nodes.sort(null);
        nodes.removeIf(name -> !machines.user(name).equals(machines.user(nodes.get(0))));
        return nodes;
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
        return board; // nodes are measured in the background, never for one build
    }
}
