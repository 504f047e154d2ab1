package io.loadshare.cli;

import io.loadshare.Failure;
import io.loadshare.Suggestions;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the load of all hosts. */
@Command(
        name = "load",
        description = "Show the load of all hosts, or of a pool, as the last scan found it.",
        footer = {"", "If no host was measured lately, they are measured first."})
final class LoadCommand implements Callable<Integer> {

    private static final Duration WATCH = Duration.ofSeconds(5);
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    private final Wiring wiring;
    private final Console console;

    @Parameters(paramLabel = "POOL", arity = "0..1", description = "Only the hosts of this pool.")
    private String pool;

    @Option(names = "--json", description = "As JSON: bytes and seconds.")
    private boolean json;

    @Option(names = "--watch", description = "Measure and show again, until Ctrl-C.")
    private boolean watch;

    @Option(names = "--no-scan", description = "Measure nothing.")
    private boolean noScan;

    LoadCommand(Wiring wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = wiring.configuration();
        HostInventory inventory = configuration.inventory();
        int[] positions = pool == null ? inventory.positions() : inventory.positions(hosts(configuration));
        LoadBoard board = wiring.scans().latest();
        if (!noScan && noneIsFresh(board, positions)) {
            board = wiring.scans().refresh(List.of());
        }
        show(board, positions);
        while (watch) {
            Thread.sleep(WATCH.toMillis());
            wiring.scans().scan();
            show(wiring.scans().latest(), positions);
        }
        return 0;
    }

    /** Without a configuration any word is a pool; one that is nearly a command was meant to be that. */
    private List<HostName> hosts(Configuration configuration) {
        String command = Suggestions.nearest(pool, Commands.names());
        if (command != null && configuration.inventory().pool(pool).isEmpty()) {
            throw new Failure(
                    Failure.Kind.USAGE, "unknown command or pool '" + pool + "'; did you mean '" + command + "'?");
        }
        return configuration.pool(pool).hosts();
    }

    private boolean noneIsFresh(LoadBoard board, int[] positions) {
        Instant now = wiring.clock().instant();
        Duration maxAge = wiring.configuration().scan().maxAge();
        return Arrays.stream(positions).noneMatch(position -> board.at(position).state(now, maxAge) == HostState.UP);
    }

    /** Colours are for terminals, unless their user wants none (no-color.org). */
    private boolean coloured() {
        return Terminal.isTerminal(1)
                && wiring.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }

    private void show(LoadBoard board, int[] positions) {
        PlacementRequest request = PlacementRequest.of("load", positions, wiring.userName(), 0);
        Instant now = wiring.clock().instant();
        Explanation explanation = wiring.placer()
                .place(request, board, wiring.ledger().view(), now)
                .explanation();
        List<Host> hosts =
                Arrays.stream(positions).mapToObj(board.inventory()::at).toList();
        LoadTable table = new LoadTable(
                board, hosts, explanation, wiring.configuration().scan().maxAge(), now);
        console.out()
                .print((watch ? CLEAR_SCREEN : "")
                        + (json ? Json.print(table.toTree()) + "\n" : table.print(coloured())));
        console.out().flush();
    }
}
