package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.TextTable;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.LedgerView;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseServer;
import io.loadshare.license.LicenseUsage;
import io.loadshare.license.Seat;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.LoadBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code licenses}: shows the license seats and their holders. */
@Command(
        name = "licenses",
        description = "Show the license seats in use, their holders, and the free seats.",
        footer = {"", "A seat is one user on one host, however many jobs they run there."})
final class LicensesCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    LicensesCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    /**
     * A seat that is held or reserved.
     *
     * @param jobs the number of jobs that use it; 0 if only the license server lists it
     * @param onServer whether the license server lists it
     */
    private record Held(LicenseFeature feature, Seat seat, int jobs, Optional<Instant> since, boolean onServer) {

        String source() {
            return jobs == 0 ? "server" : onServer ? "both" : "hosts";
        }
    }

    @Override
    public void run() {
        LoadBoard board = wiring.scans().latest();
        LedgerView view = wiring.core().ledger().view();
        List<Held> held = new ArrayList<>();
        Map<LicenseFeature, ServerUsage> servers = new LinkedHashMap<>();
        LicenseServer licenseServer = wiring.core().licenseServer();
        for (LicenseFeature feature : wiring.configuration().licenses()) {
            if (!feature.server().isEmpty()) {
                servers.put(feature, licenseServer.usage(feature));
            }
            held.addAll(seats(feature, LicenseUsage.of(feature, board, view), servers.get(feature), view));
        }
        if (json) {
            console.out().println(JsonPrinter.print(toTree(held, servers)));
        } else {
            print(held, servers);
        }
    }

    /** Returns all seats of a feature, measured or listed by the server, by user and host. */
    private static List<Held> seats(LicenseFeature feature, LicenseUsage usage, ServerUsage server, LedgerView view) {
        Set<Seat> listed = server instanceof ServerUsage.Known known ? known.holders() : Set.of();
        Set<Seat> all = new TreeSet<>(Comparator.comparing(Seat::user).thenComparing(Seat::host));
        all.addAll(usage.bySeat().keySet());
        all.addAll(listed);
        return all.stream()
                .map(seat -> new Held(
                        feature,
                        seat,
                        usage.bySeat().getOrDefault(seat, 0),
                        since(feature, seat, view),
                        listed.contains(seat)))
                .toList();
    }

    /**
     * Returns when the oldest of our ledger entries for the seat was made; the start of other processes' use is
     * unknown.
     */
    private static Optional<Instant> since(LicenseFeature feature, Seat seat, LedgerView view) {
        return view.claims().stream()
                .filter(claim ->
                        claim.host().equals(seat.host()) && claim.user().equals(seat.user()))
                .filter(claim -> claim.licenses().contains(feature.name()))
                .map(Claim::placedAt)
                .min(Comparator.naturalOrder());
    }

    private void print(List<Held> held, Map<LicenseFeature, ServerUsage> servers) {
        Instant now = wiring.clock().instant();
        TextTable table = new TextTable("LICENSE", "USER", "HOST", ">JOBS", ">SINCE", "SOURCE");
        for (Held seat : held) {
            table.row(
                    seat.feature().name(),
                    seat.seat().user(),
                    seat.seat().host().value(),
                    seat.jobs() == 0 ? "-" : Integer.toString(seat.jobs()),
                    seat.since()
                            .map(since -> Durations.print(Duration.between(since, now)))
                            .orElse("-"),
                    seat.source());
        }
        console.out().print(table.print());
        for (LicenseFeature feature : wiring.configuration().licenses()) {
            wiring.loginNames().all().forEach(login -> console.out().println(summary(feature, login, held)));
            if (servers.containsKey(feature)) {
                console.out().println(feature.name() + ": server: " + words(servers.get(feature)));
            }
        }
    }

    /** Returns the use of one of the logins under which jobs run. */
    private static String summary(LicenseFeature feature, String login, List<Held> held) {
        List<Held> its = held.stream()
                .filter(seat -> seat.jobs() > 0
                        && seat.feature().equals(feature)
                        && seat.seat().user().equals(login))
                .toList();
        int used = feature.rule() == LicenseFeature.Rule.SAVE
                ? its.size()
                : its.stream().mapToInt(Held::jobs).sum();
        String unit = feature.rule() == LicenseFeature.Rule.SAVE ? "hosts" : "jobs before clustering";
        return feature.name() + ": " + login + " has " + used + " of " + feature.perUser() + " " + unit;
    }

    private static String words(ServerUsage server) {
        if (server instanceof ServerUsage.Known known) {
            return known + ", " + known.free() + " free";
        }
        return server instanceof ServerUsage.Unknown unknown
                ? "not known (" + unknown.reason() + ")"
                : "does not count this license";
    }

    /** Returns a map for each seat, and one without user and host for each license without a held seat. */
    private static List<Map<String, Object>> toTree(List<Held> held, Map<LicenseFeature, ServerUsage> servers) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Held seat : held) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("license", seat.feature().name());
            tree.put("user", seat.seat().user());
            tree.put("host", seat.seat().host().value());
            tree.put("jobs", seat.jobs());
            tree.put("since", seat.since().map(Instant::toString).orElse(null));
            tree.put("source", seat.source());
            tree.put("server", toTree(servers.get(seat.feature())));
            trees.add(tree);
        }
        servers.forEach((feature, server) -> {
            if (held.stream().noneMatch(seat -> seat.feature().equals(feature))) {
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put("license", feature.name());
                tree.put("user", null);
                tree.put("host", null);
                tree.put("jobs", 0);
                tree.put("server", toTree(server));
                trees.add(tree);
            }
        });
        return trees;
    }

    private static Map<String, Object> toTree(ServerUsage server) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (server instanceof ServerUsage.Known known) {
            tree.put("issued", known.issued());
            tree.put("inUse", known.inUse());
            tree.put("free", known.free());
            tree.put("reserved", known.reserved());
        } else if (server instanceof ServerUsage.Unknown unknown) {
            tree.put("unknown", unknown.reason());
        } else if (server != null) {
            tree.put("counted", false);
        }
        return tree.isEmpty() ? null : tree;
    }
}
