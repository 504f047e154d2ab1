package io.jenkins.plugins.loadshare.seats;

import io.jenkins.plugins.loadshare.nodes.MachineInventory;
import io.jenkins.plugins.loadshare.nodes.MachineLedger;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.dispatch.Reservations;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
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
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** One round of the {@link SeatAllocator}: handles what has changed, then requests seats. One thread at a time. */
final class SeatRound implements LoadSource {

    private static final Logger LOGGER = Logger.getLogger(SeatRound.class.getName());

    private final ConcurrentMap<Long, SeatRequest> requests;
    private final SeatRecovery recovery;
    private final Builds builds;
    private final Function<HostInventory, Ledger> ledgers;
    private final Consumer<MachineLedger> books;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;
    private volatile State state = State.of(new SeatSnapshot(List.of()));

    /** What belongs to one version of the settings and one list of hosts. */
    private record Wiring(
            Settings settings, HostInventory hosts, Ledger ledger, Reservations reservations, Dispatcher dispatcher) {}

    /**
     * The result of the last round; without {@code seats}, null before the first. Immutable.
     *
     * @param shown the load of the machines, including the builds that hold seats
     * @param others by position, the number of executors that are busy with other builds
     * @param board {@code shown} with {@code others}, by which seats are assigned
     */
    private record State(
            Wiring wiring,
            MachineInventory machines,
            SeatSnapshot seats,
            LoadBoard shown,
            int[] others,
            LoadBoard board) {

        static State of(SeatSnapshot seats) {
            return new State(null, null, seats, null, null, null);
        }
    }

    /**
     * @param requests of the builds in the Queue and on nodes, by item ID
     * @param ledgers returns the ledger for some hosts
     * @param books receives the machines with their ledger entries after each change
     */
    SeatRound(
            ConcurrentMap<Long, SeatRequest> requests,
            SeatRecovery recovery,
            Builds builds,
            Function<HostInventory, Ledger> ledgers,
            Consumer<MachineLedger> books,
            InstantSource clock) {
        this.requests = requests;
        this.recovery = recovery;
        this.builds = builds;
        this.ledgers = ledgers;
        this.books = books;
        this.clock = clock;
    }

    /** Restores the seats that were held before Jenkins was restarted. */
    void recover() {
        if (recovery.read()) {
            state = State.of(new SeatSnapshot(recovery.seats()));
        }
    }

    /** Returns the seats after the last round. Any thread may call. */
    SeatSnapshot seated() {
        return state.seats;
    }

    /**
     * Does nothing if no build needs a license and the balancer needs no ledger entries.
     *
     * @param ranked whether the balancer needs them
     */
    void run(Settings settings, MachineInventory machines, boolean ranked) {
        Map<Long, Builds.Queued> queued = builds.queued();
        Map<Long, Builds.Running> running =
                builds.running(); // after the Queue, so that a build that starts meanwhile is seen
        boolean idle = requests.isEmpty()
                && recovery.seats().isEmpty()
                && queued.values().stream().allMatch(build -> build.licenses().isEmpty());
        if (idle && !ranked) {
            return;
        }
        recovery.resume(requests, queued, running, clock.instant());
        boolean measured = state.machines != machines;
        Wiring wiring = wiring(settings, machines.board().inventory());
        settle(wiring, queued, running);
        update(wiring, machines);
        if (measured) {
            wiring.reservations.reconcile(state.board);
        }
        queued.forEach((item, build) -> serve(item, build));
        if (publish()) {
            update(wiring, machines);
            builds.startWaiting();
        }
    }

    private Wiring wiring(Settings settings, HostInventory hosts) {
        Wiring old = state.wiring;
        if (old != null && old.settings == settings && old.hosts == hosts) {
            return old;
        }
        Ledger ledger = ledgers.apply(hosts);
        Dispatcher dispatcher = new DispatcherBuilder(ledger, this, clock, random)
                .placement(settings.core().placement().withoutSlotLimit()) // executors limit builds
                .retry(settings.core().retry())
                .licenseServer(new LmstatServer(hosts, clock, System::nanoTime))
                .build();
        return new Wiring(settings, hosts, ledger, dispatcher.reservations(), dispatcher);
    }

    private void settle(Wiring wiring, Map<Long, Builds.Queued> queued, Map<Long, Builds.Running> running) {
        Instant now = clock.instant();
        Reservations reservations = wiring.reservations;
        requests.forEach((item, request) -> {
            if (running.containsKey(item)) {
                if (!request.isStarted() && request.seat().isPresent()) {
                    request.start(wiring.dispatcher, running.get(item).node(), now);
                }
            } else if (!queued.containsKey(item)) {
                request.end(reservations, now);
                requests.remove(item);
            } else if (request.isExpired(now)) {
                builds.ifWaiting(item, request::takeAway)
                        .ifPresent(seat -> reservations.retreat(seat.id(), LOGGER::warning));
            }
        });
        recovery.givenUp(now).forEach(seat -> reservations.end(seat.id(), OptionalInt.empty(), now, LOGGER::warning));
        recovery.keep(requests.values());
    }

    private void update(Wiring wiring, MachineInventory machines) {
        State old = state;
        List<BuildSeat> held = new ArrayList<>(recovery.seats());
        int[] seated = new int[wiring.hosts.size()];
        for (SeatRequest request : requests.values()) {
            request.seat().ifPresent(held::add);
            int position = request.isStarted()
                    ? wiring.hosts.position(request.seat().orElseThrow().machine())
                    : -1;
            if (position >= 0) {
                seated[position]++;
            }
        }
        SeatSnapshot now = new SeatSnapshot(held);
        SeatSnapshot seats = now.isSameAs(old.seats) ? old.seats : now;
        LoadBoard shown = seats.over(machines.board());
        int[] others = others(machines, seated);
        boolean same = shown == old.shown && wiring == old.wiring && Arrays.equals(others, old.others);
        LoadBoard board = same ? old.board : shown.withOccupied(others);
        state = new State(wiring, machines, seats, shown, others, board);
        books.accept(new MachineLedger(machines, shown, wiring.ledger.view(), seated));
    }

    private int[] others(MachineInventory machines, int[] seated) {
        int[] busy = new int[seated.length];
        machines.nodes().forEach(node -> busy[machines.position(node)] += builds.busy(node));
        Arrays.setAll(busy, i -> Math.max(0, busy[i] - seated[i]));
        return busy;
    }

    private void serve(long item, Builds.Queued build) {
        Wiring wiring = state.wiring;
        if (build.licenses().isEmpty()) {
            return;
        }
        SeatRequest request = requests.compute(item, (id, old) -> current(old, build));
        if (request.seat().isPresent() || !build.isDue()) {
            return;
        }
        List<LicenseFeature> features;
        try {
            features = build.licenses().stream()
                    .map(wiring.settings.core()::license)
                    .toList();
        } catch (LoadshareException e) {
            request.postpone(e.getMessage());
            return;
        }
        List<String> nodes = candidates(build);
        if (nodes.isEmpty() || builds.isQuietingDown()) {
            request.postpone(Messages.SeatDispatcher_noExecutor());
            return;
        }
        request.tryNow(
                wiring.dispatcher,
                request(features, nodes),
                clock.instant(),
                wiring.settings.core().retry().first());
    }

    /** Restarts a request whose licenses were changed while it waited. */
    private SeatRequest current(SeatRequest old, Builds.Queued build) {
        if (old != null) {
            if (old.licenses().equals(build.licenses()) || old.seat().isPresent()) {
                return old;
            }
            old.end(state.wiring.reservations, clock.instant());
        }
        return recovery.request(build, clock.instant());
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
    private List<String> candidates(Builds.Queued build) {
        MachineInventory machines = state.machines;
        List<String> nodes = new ArrayList<>();
        for (String name : machines.nodes()) {
            if (builds.idle(name) > awaitedAt(machines.name(machines.position(name)))
                    && build.mayRunOn().test(name)) {
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

    private PlacementRequest request(List<LicenseFeature> features, List<String> nodes) {
        MachineInventory machines = state.machines;
        int[] positions = nodes.stream().mapToInt(machines::position).distinct().toArray();
        String names = features.stream().map(LicenseFeature::name).collect(Collectors.joining(", "));
        return PlacementRequest.of(
                        "a node with license " + names, positions, machines.user(nodes.get(0)), random.nextLong())
                .withLicenses(features.stream().map(RequiredLicense::of).toList());
    }

    @Override
    public LoadBoard latest() {
        return state.board;
    }

    @Override
    public LoadBoard refresh(List<HostName> hosts) {
        return state.board; // nodes are measured in the background, never for a single build
    }
}
