package io.loadshare.cli;

import io.loadshare.Durations;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.LedgerView;
import io.loadshare.license.LicenseFeature;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows who holds which license seats. */
@Command(
        name = "licenses",
        description = "Show who holds which license seats, and what is free.",
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

    /** One seat that is held or promised. */
    private record Held(LicenseFeature feature, Seat seat, int jobs, Optional<Instant> since) {}

    @Override
    public void run() {
        LoadBoard board = wiring.scans().latest();
        LedgerView view = wiring.ledger().view();
        List<Held> held = new ArrayList<>();
        for (LicenseFeature feature : wiring.configuration().licenses()) {
            LicenseUsage.of(feature, board, view).bySeat().entrySet().stream()
                    .sorted(Comparator.comparing(
                                    (Map.Entry<Seat, Integer> e) -> e.getKey().user())
                            .thenComparing(e -> e.getKey().host()))
                    .forEach(e ->
                            held.add(new Held(feature, e.getKey(), e.getValue(), since(feature, e.getKey(), view))));
        }
        if (json) {
            console.out()
                    .println(JsonPrinter.print(
                            held.stream().map(LicensesCommand::toTree).toList()));
        } else {
            print(held);
        }
    }

    /** When the oldest of our promises for the seat was made; nobody knows since when other processes hold theirs. */
    private static Optional<Instant> since(LicenseFeature feature, Seat seat, LedgerView view) {
        return view.claims().stream()
                .filter(claim ->
                        claim.host().equals(seat.host()) && claim.user().equals(seat.user()))
                .filter(claim -> claim.license().filter(feature.name()::equals).isPresent())
                .map(Claim::placedAt)
                .min(Comparator.naturalOrder());
    }

    private void print(List<Held> held) {
        Instant now = wiring.clock().instant();
        TextTable table = new TextTable("LICENSE", "USER", "HOST", ">JOBS", ">SINCE");
        for (Held seat : held) {
            table.row(
                    seat.feature().name(),
                    seat.seat().user(),
                    seat.seat().host().value(),
                    Integer.toString(seat.jobs()),
                    seat.since()
                            .map(since -> Durations.print(Duration.between(since, now)))
                            .orElse("-"));
        }
        console.out().print(table.print());
        for (LicenseFeature feature : wiring.configuration().licenses()) {
            console.out().println(summary(feature, held));
        }
    }

    private String summary(LicenseFeature feature, List<Held> held) {
        HostInventory inventory = wiring.configuration().inventory();
        String user = inventory.commonLogin(inventory.positions()).orElse(wiring.userName());
        List<Held> mine = held.stream()
                .filter(seat ->
                        seat.feature().equals(feature) && seat.seat().user().equals(user))
                .toList();
        int used = feature.rule() == LicenseFeature.Rule.SAVE
                ? mine.size()
                : mine.stream().mapToInt(Held::jobs).sum();
        String unit = feature.rule() == LicenseFeature.Rule.SAVE ? "hosts" : "jobs before clustering";
        return feature.name() + ": " + user + " has " + used + " of " + feature.perUser() + " " + unit
                + server(feature);
    }

    private String server(LicenseFeature feature) {
        if (feature.server().isEmpty()) {
            return "";
        }
        ServerUsage usage = wiring.licenseServer().usage(feature);
        return usage instanceof ServerUsage.Known known
                ? "; server: " + known.inUse() + " of " + known.issued() + " seats in use, "
                        + Math.max(0, known.issued() - known.inUse()) + " free"
                : "; server: not known (" + ((ServerUsage.Unknown) usage).reason() + ")";
    }

    private static Map<String, Object> toTree(Held held) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("license", held.feature().name());
        tree.put("user", held.seat().user());
        tree.put("host", held.seat().host().value());
        tree.put("jobs", held.jobs());
        tree.put("since", held.since().map(Instant::toString).orElse(null));
        return tree;
    }
}
