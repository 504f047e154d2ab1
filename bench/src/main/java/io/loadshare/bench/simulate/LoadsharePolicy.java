package io.loadshare.bench.simulate;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.ClusterTerms;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import io.loadshare.scan.Suspensions;
import io.loadshare.scan.TroubledHosts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The policy of loadshare itself. The product's {@link Placer} decides, with the product's board, ledger, and license
 * usage. The simulation replaces only the probe, the clock, and the dispatcher: it writes reports and ledger records.
 */
final class LoadsharePolicy implements Policy {

    /** When hosts are measured. */
    enum Asking {
        /** By scans; a decision uses what the last scan stored. */
        STORED,
        /** By scans, and the chosen host again before the job starts; the runner-up may get the job instead. */
        STORED_AND_LOOK,
        /** The same, but the result of the last look is not stored for later decisions. */
        STORED_AND_LOOK_UNKEPT,
        /** At every decision, as hosts with agents are. */
        LIVE;

        boolean looksAgain() {
            return this == STORED_AND_LOOK || this == STORED_AND_LOOK_UNKEPT;
        }
    }

    private final double reportInterval;
    private final SimulatedHost[] hosts;
    private final RandomGenerator random;
    private final Asking asking;
    private final Optional<LicenseFeature> license;
    private final HostInventory inventory;
    private final int[] candidates;
    private final Placer placer;
    private final LedgerView[] ledgers;
    private final LoadBoard[] boards;
    private final Map<HostName, Suspension> suspensions = new HashMap<>();
    private final TroubledHosts troubled = new TroubledHosts(new Boards(), this::clock, host -> "", message -> {});
    private Instant clock = Instant.EPOCH;

    /** @param license the feature that every job requires */
    LoadsharePolicy(
            Scenario scenario,
            SimulatedHost[] hosts,
            RandomGenerator random,
            PlacementSettings settings,
            Asking asking,
            Optional<LicenseFeature> license) {
        this.reportInterval = scenario.reports().interval();
        this.hosts = hosts;
        this.random = random;
        this.asking = asking;
        this.license = license;
        List<Host> named = new ArrayList<>();
        for (int i = 0; i < hosts.length; i++) {
            named.add(host(String.format("l%03d", i + 1), hosts[i].spec().speed()));
        }
        this.inventory = new HostInventory(named, List.of());
        this.candidates = inventory.machinePositions();
        this.placer = new Placer(settings);
        this.ledgers = new LedgerView[scenario.arrivals().dispatchers()];
        Arrays.fill(ledgers, LedgerView.empty(inventory));
        this.boards = new LoadBoard[scenario.arrivals().dispatchers()];
        Arrays.fill(boards, LoadBoard.empty(inventory));
    }

    private static Host host(String name, double speed) {
        return new Host(
                new HostName(name),
                name,
                OptionalInt.empty(),
                Optional.empty(),
                Set.of(),
                speed,
                false,
                Optional.empty());
    }

    @Override
    public double interval() {
        return asking == Asking.LIVE ? Double.POSITIVE_INFINITY : reportInterval;
    }

    @Override
    public void measure(int host, double now) {
        LoadReport report = report(host, now);
        for (int i = 0; i < boards.length; i++) {
            boards[i] = boards[i].with(inventory.at(host).name(), status -> status.withReport(report));
        }
    }

    @Override
    public int choose(Job job, double now) {
        if (asking == Asking.LIVE) {
            boards[job.dispatcher()] = askAll(now);
        }
        PlacementRequest request = new PlacementRequest(
                "job",
                candidates,
                job.login(),
                job.slots(),
                Set.of(),
                job.memory(),
                0,
                OptionalDouble.empty(),
                license.map(RequiredLicense::of).stream().toList(),
                Optional.of(origin(job)),
                random.nextLong(),
                ClusterTerms.DEFAULT);
        PlacementResult result =
                placer.place(request, boards[job.dispatcher()], ledgers[job.dispatcher()], instant(now));
        if (result instanceof PlacementResult.Placed first && asking.looksAgain()) {
            result = lookAgain(request, first, job, now);
        }
        if (result instanceof PlacementResult.Placed placed) {
            return inventory.position(placed.host().name());
        }
        if (result instanceof PlacementResult.Never never) {
            throw new IllegalStateException("no host will ever do for job " + job.id() + ": " + never.reasons());
        }
        return NONE;
    }

    /** Takes the last look at the chosen host, before the job starts. */
    private PlacementResult lookAgain(PlacementRequest request, PlacementResult.Placed first, Job job, double now) {
        int position = inventory.position(first.host().name());
        hosts[position].advance(now);
        LoadReport fresh = report(position, now);
        LoadBoard seen = boards[job.dispatcher()].with(first.host().name(), status -> status.withReport(fresh));
        if (asking == Asking.STORED_AND_LOOK) {
            boards[job.dispatcher()] = seen;
        }
        return placer.lookAgain(request, first, seen, ledgers[job.dispatcher()], instant(now));
    }

    private LoadBoard askAll(double now) {
        Map<HostName, HostStatus> answers = new HashMap<>();
        for (int i = 0; i < hosts.length; i++) {
            hosts[i].advance(now);
            HostName name = inventory.at(i).name();
            answers.put(name, HostStatus.of(report(i, now)).withSuspension(Optional.ofNullable(suspensions.get(name))));
        }
        return LoadBoard.of(inventory, answers);
    }

    @Override
    public void started(Job job, int host, double now) {
        Reservation reservation = new Reservation(
                job.id(),
                inventory.at(host).name(),
                job.login(),
                job.slots(),
                job.memory(),
                license.map(LicenseFeature::name).stream().toList(),
                Optional.of(origin(job)),
                instant(now));
        record(job, new LedgerRecord.Reserved(reservation));
        record(job, new LedgerRecord.Started(job.id(), instant(now)));
    }

    @Override
    public void ended(Job job, int host, boolean failed, double now) {
        Claim claim = ledgers[job.dispatcher()].claim(job.id()).orElseThrow();
        Duration ran = Duration.between(claim.confirmedAt(), instant(now));
        LedgerRecord.Ended end = new LedgerRecord.Ended(job.id(), failed ? 1 : 0, ran, instant(now));
        record(job, end);
        clock = instant(now);
        troubled.ended(ledgers[job.dispatcher()], claim, end);
    }

    private Instant clock() {
        return clock;
    }

    private static JobOrigin origin(Job job) {
        return new JobOrigin(job.login(), "");
    }

    @Override
    public Set<Integer> suspended() {
        return suspensions.keySet().stream().map(inventory::position).collect(Collectors.toSet());
    }

    /** Suspensions are on the boards of all dispatchers, as in a shared state directory. */
    private final class Boards implements Suspensions {

        @Override
        public Map<HostName, Suspension> suspensions() {
            return suspensions;
        }

        @Override
        public void suspend(HostName host, Suspension suspension) {
            suspensions.put(host, suspension);
            show(host, Optional.of(suspension));
        }

        @Override
        public boolean unsuspend(HostName host) {
            show(host, Optional.empty());
            return suspensions.remove(host) != null;
        }

        private void show(HostName host, Optional<Suspension> suspension) {
            for (int i = 0; i < boards.length; i++) {
                boards[i] = boards[i].with(host, status -> status.withSuspension(suspension));
            }
        }
    }

    private void record(Job job, LedgerRecord record) {
        ledgers[job.dispatcher()] = ledgers[job.dispatcher()].fold(record);
    }

    private LoadReport report(int host, double now) {
        SimulatedHost simulated = hosts[host];
        List<LoadReport.ObservedJob> own = new ArrayList<>();
        Map<String, Integer> licensed = new HashMap<>();
        int ownThreads = 0;
        for (Job job : simulated.jobs()) {
            if (!job.outside()) {
                own.add(new LoadReport.ObservedJob(job.id(), job.slots(), job.login(), job.threads(), job.memory()));
                ownThreads += job.threads();
                licensed.merge(job.login(), 1, Integer::sum);
            }
        }
        LoadAverages averages = simulated.averages();
        return new LoadReport(
                inventory.at(host).name(),
                instant(now),
                new LoadReport.Boot("boot", Duration.ofDays(1)),
                new LoadReport.LoadAverage(
                        averages.load1(),
                        averages.load5(),
                        averages.load15(),
                        simulated.threads(),
                        simulated.threads()),
                simulated.spec().cores(),
                new LoadReport.Memory(simulated.spec().memory(), simulated.memoryAvailable()),
                new LoadReport.Threads(simulated.threads(), ownThreads, true),
                own,
                LoadReport.People.UNKNOWN,
                holders(licensed),
                LoadReport.Health.GOOD,
                false,
                List.of());
    }

    private List<LoadReport.LicenseHolder> holders(Map<String, Integer> processes) {
        if (license.isEmpty()) {
            return List.of();
        }
        String feature = license.get().name();
        return processes.entrySet().stream()
                .map(entry -> new LoadReport.LicenseHolder(feature, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Instant instant(double seconds) {
        return Instant.ofEpochSecond((long) seconds, (long) ((seconds - (long) seconds) * 1e9));
    }
}
