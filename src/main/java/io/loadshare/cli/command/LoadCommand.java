package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.Terminal;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.Configuration;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostState;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code load}: shows the load of all hosts. */
final class LoadCommand implements Callable<Integer> {

    private static final Duration WATCH = Duration.ofSeconds(5);
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    private final CommandServices wiring;
    private final Console console;

    private final OptionBinding<String> pool = OptionBinding.word("POOL", "Show only the hosts of this pool.");
    private final OptionBinding<Boolean> json = OptionBinding.flag("--json", "Print JSON, in bytes and seconds.");
    private final OptionBinding<Boolean> watch = OptionBinding.flag("--watch", "Measure repeatedly, until Ctrl-C.");
    private final OptionBinding<Boolean> noScan = OptionBinding.flag("--no-scan", "Measure nothing.");

    LoadCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    CommandSpec spec() {
        String description = "Show the load of all hosts and Slurm pools, or of a pool, as the last scan found it.";
        CommandSpec spec = OptionBinding.command(this, "load", description, pool, json, watch, noScan);
        spec.usageMessage().footer("", "If no host was measured recently, all hosts are measured first.");
        return spec;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = wiring.configuration();
        HostInventory inventory = configuration.inventory();
        String name = pool.value();
        int[] positions = name == null
                ? IntStream.range(0, inventory.size()).toArray()
                : inventory.positions(hosts(name, configuration));
        LoadBoard board = wiring.scans().latest();
        if (!noScan.value() && noneIsFresh(board, positions)) {
            board = wiring.scans().refresh(names(board, positions));
        }
        show(board, positions);
        while (watch.value()) {
            Thread.sleep(WATCH.toMillis());
            wiring.scans().scan();
            show(wiring.scans().latest(), positions);
        }
        return 0;
    }

    /**
     * Returns the hosts of a pool. Any word may be a pool; a word that is not a pool may have been meant as a command.
     */
    private List<HostName> hosts(String pool, Configuration configuration) {
        if (configuration.inventory().pool(pool).isEmpty()) {
            List<String> known = new ArrayList<>(Commands.names());
            configuration.inventory().pools().forEach(configured -> known.add(configured.name()));
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "unknown command or pool " + Quoted.of(pool) + Suggestions.didYouMean(pool, known)
                            + "; see 'loadshare --help'");
        }
        return configuration.pool(pool).hosts();
    }

    private static List<HostName> names(LoadBoard board, int[] positions) {
        return Arrays.stream(positions)
                .mapToObj(position -> board.inventory().at(position).name())
                .toList();
    }

    private boolean noneIsFresh(LoadBoard board, int[] positions) {
        Instant now = wiring.clock().instant();
        Duration maxAge = wiring.configuration().scan().maxAge();
        return Arrays.stream(positions).noneMatch(position -> board.at(position).state(now, maxAge) == HostState.UP);
    }

    /** Colors are for terminals, unless the user disables them (no-color.org). */
    private boolean coloured() {
        return Terminal.isTerminal(1)
                && wiring.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }

    private void show(LoadBoard board, int[] positions) {
        PlacementRequest request = PlacementRequest.of("load", positions, wiring.userName(), 0);
        Instant now = wiring.clock().instant();
        Explanation explanation = wiring.dispatcher()
                .placer()
                .place(request, board, wiring.core().ledger().view(), now)
                .explanation();
        List<Host> hosts =
                Arrays.stream(positions).mapToObj(board.inventory()::at).toList();
        Duration maxAge = wiring.configuration().scan().maxAge();
        console.out()
                .print((watch.value() ? CLEAR_SCREEN : "")
                        + (json.value()
                                ? JsonPrinter.print(new LoadTable(board, hosts, explanation, maxAge, now).toTree())
                                        + "\n"
                                : tables(board, hosts, explanation, now)));
        console.out().flush();
    }

    /** Prints the table of the hosts, then that of the Slurm pools, and of the nodes if one pool is shown. */
    private String tables(LoadBoard board, List<Host> hosts, Explanation explanation, Instant now) {
        Duration maxAge = wiring.configuration().scan().maxAge();
        List<Host> machines = hosts.stream().filter(host -> !host.isCluster()).toList();
        List<Host> clusters = hosts.stream().filter(Host::isCluster).toList();
        List<String> tables = new ArrayList<>();
        if (!machines.isEmpty()) {
            tables.add(new LoadTable(board, machines, explanation, maxAge, now).print(coloured()));
        }
        if (!clusters.isEmpty()) {
            ClusterTable table = new ClusterTable(board, clusters, maxAge, now);
            tables.add(table.print());
            if (pool.value() != null) {
                tables.add(table.printNodes());
            }
        }
        return String.join("\n", tables);
    }
}
