package io.loadshare.placement;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.Tag;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Hosts, what is known of them and what is reserved on them: what a decision is made of, for tests. */
final class Situation {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    final HostInventory inventory;
    /** The defaults without the slot limit; tests of slots set their own. */
    PlacementSettings settings = PlacementSettings.DEFAULT.withoutSlotLimit();

    LoadBoard board;
    LedgerView view;
    long seed = 1;
    private int jobs;

    private Situation(HostInventory inventory) {
        this.inventory = inventory;
        this.board = LoadBoard.empty(inventory);
        this.view = LedgerView.empty(inventory);
    }

    /** Hosts l1 to lN, each idle, with four cores, measured now. */
    static Situation idle(int hosts) {
        double[] speeds = new double[hosts];
        java.util.Arrays.fill(speeds, 1);
        return idle(speeds);
    }

    /** One idle host of each speed. */
    static Situation idle(double... speeds) {
        List<Host> hosts = new ArrayList<>();
        for (double speed : speeds) {
            String name = "l" + (hosts.size() + 1);
            Set<Tag> tags = hosts.isEmpty() ? Set.of(new Tag("first")) : Set.of();
            hosts.add(new Host(
                    new HostName(name),
                    name,
                    OptionalInt.empty(),
                    Optional.empty(),
                    tags,
                    speed,
                    false,
                    Optional.empty()));
        }
        Situation situation = new Situation(new HostInventory(hosts, List.of()));
        hosts.forEach(host -> situation.report(host.name().value(), report -> report));
        return situation;
    }

    Situation with(UnaryOperator<PlacementSettings> change) {
        settings = change.apply(settings);
        return this;
    }

    Situation model(PlacementModel model) {
        return with(old -> old.withModel(model));
    }

    Situation maxRuns(int maxRuns) {
        return with(old -> SettingsBuilder.of(old).maxRuns(maxRuns).build());
    }

    Situation report(String host, UnaryOperator<ReportBuilder> change) {
        return reportAt(host, NOW, change);
    }

    Situation reportAt(String host, Instant at, UnaryOperator<ReportBuilder> change) {
        return status(
                host,
                old -> old.withReport(
                        change.apply(ReportBuilder.report(host, at)).build()));
    }

    Situation status(String host, UnaryOperator<HostStatus> change) {
        board = board.with(new HostName(host), change);
        return this;
    }

    Situation record(LedgerRecord... records) {
        view = view.fold(List.of(records));
        return this;
    }

    /** A job that was started on the host some seconds ago. */
    Situation running(String id, String host, int slots, long secondsAgo) {
        Instant at = NOW.minusSeconds(secondsAgo);
        Reservation reservation = new Reservation(id, new HostName(host), "alice", slots, List.of(), at);
        return record(new LedgerRecord.Reserved(reservation), new LedgerRecord.Started(id, at));
    }

    /** So many jobs that were started and ended on the host, the given time ago. */
    Situation completed(String host, int count, Duration ago) {
        for (int i = 0; i < count; i++) {
            String id = "done-" + jobs++;
            Instant at = NOW.minus(ago);
            record(
                    new LedgerRecord.Reserved(new Reservation(id, new HostName(host), "alice", 1, List.of(), at)),
                    new LedgerRecord.Started(id, at),
                    new LedgerRecord.Ended(id, 0, Duration.ZERO, at));
        }
        return this;
    }

    PlacementRequest request() {
        return PlacementRequest.of("pool vnc", inventory.machinePositions(), "alice", seed);
    }

    PlacementRequest request(Needs needs) {
        return new PlacementRequest(
                "pool vnc",
                inventory.machinePositions(),
                "alice",
                needs.slots,
                needs.tags,
                needs.minMemory,
                needs.minCores,
                needs.maxLoad,
                List.of(),
                Optional.empty(),
                seed,
                ClusterTerms.DEFAULT);
    }

    /** What differs from a request for anything. */
    static final class Needs {
        int slots = 1;
        Set<Tag> tags = Set.of();
        long minMemory;
        double minCores;
        OptionalDouble maxLoad = OptionalDouble.empty();
    }

    PlacementRequest licensed(String user, LicenseFeature feature, ServerUsage server) {
        return PlacementRequest.of("pool vnc", inventory.machinePositions(), user, seed)
                .withLicenses(List.of(new RequiredLicense(feature, Optional.ofNullable(server))));
    }

    PlacementResult place(PlacementRequest request) {
        return new Placer(settings).place(request, board, view, NOW);
    }

    PlacementResult place() {
        return place(request());
    }

    /** The name of the host that is chosen, or the reasons against all. */
    String chosen(PlacementRequest request) {
        PlacementResult result = place(request);
        return result instanceof PlacementResult.Placed placed
                ? placed.host().name().value()
                : result.explanation().refusals().toString();
    }

    String chosen() {
        return chosen(request());
    }

    /** What the score of a host is made of. */
    Map<String, Double> terms(String host) {
        return line(host).terms();
    }

    double score(String host) {
        return line(host).score().orElseThrow();
    }

    /** Why a host is refused, in words. */
    String refusal(String host) {
        return line(host).refusal().orElseThrow().words();
    }

    Explanation.Line line(String host) {
        return place().explanation().candidates().stream()
                .filter(line -> line.host().value().equals(host))
                .findFirst()
                .orElseThrow();
    }

    /** Reserves places one after the other, and counts them by host. */
    Map<String, Integer> burst(int count, PlacementRequest request) {
        Map<String, Integer> byHost = new HashMap<>();
        for (int i = 0; i < count; i++) {
            PlacementResult.Placed placed = (PlacementResult.Placed) place(new PlacementRequest(
                    request.wants(),
                    request.candidates(),
                    request.user(),
                    request.slots(),
                    request.tags(),
                    request.minMemory(),
                    request.minCores(),
                    request.maxLoad(),
                    request.licenses(),
                    request.origin(),
                    seed++,
                    ClusterTerms.DEFAULT));
            byHost.merge(placed.host().name().value(), 1, Integer::sum);
            record(new LedgerRecord.Reserved(new Reservation(
                    "burst-" + jobs++,
                    placed.host().name(),
                    request.user(),
                    request.slots(),
                    request.licenseNames(),
                    NOW)));
        }
        return byHost;
    }

    String burst(int count) {
        return print(burst(count, request()));
    }

    static String print(Map<String, Integer> byHost) {
        return byHost.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
