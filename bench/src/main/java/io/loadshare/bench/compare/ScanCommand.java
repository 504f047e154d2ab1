package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import io.loadshare.bench.compare.ScanContenders.Limits;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code bench/run scan}, which measures how long loadshare and other programs take to measure all hosts.
 */
@Command(
        name = "scan",
        description = "Measures real sshd hosts by loadshare, pdsh, clush and GNU parallel, side by side. Needs root.",
        mixinStandardHelpOptions = true)
public final class ScanCommand implements Callable<Integer> {

    /** The number of hosts above which there are fewer runs, and only the most important ones. */
    private static final int FEW = 36;

    private static final String CONNECTS = "connects anew";
    private static final String KEEPS = "keeps connections";
    private static final String ECHO = "echo instead of the probe";
    private static final String HUNG = "connects anew, 10 % hung";

    @Option(names = "--short", description = "36 hosts alone, less runs: about a minute.")
    private boolean brief;

    @Option(names = "--hosts", split = ",", paramLabel = "N", description = "How many hosts (36,100; with --short 36).")
    private int[] hostCounts;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Map<String, Object>> figures = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        int[] counts = hostCounts != null ? hostCounts : brief ? new int[] {36} : new int[] {36, 100};
        for (int hosts : counts) {
            try (Fixture fixture = new Fixture(hosts);
                    ScanContenders contenders = new ScanContenders(fixture)) {
                compare(hosts, contenders, fixture);
            }
        }
        if (json != null) {
            Output.json(json, figures);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(
                List.of("hosts", "connections", "program", "wall, s", "CPU, s", "memory, MB", "reports", "× loadshare"),
                rows));
        out.flush();
        return 0;
    }

    private void compare(int hosts, ScanContenders contenders, Fixture fixture)
            throws IOException, InterruptedException {
        int rounds = brief ? 1 : hosts > FEW ? 2 : 4;
        List<Contender> cold = new ArrayList<>(contenders.cold(Limits.OURS));
        cold.add(contenders.command());
        measure(hosts, CONNECTS, cold, rounds);
        measure(hosts, KEEPS, contenders.warm(Limits.OURS), 2 * rounds);
        if (!brief && hosts <= FEW) {
            measure(hosts, ECHO, contenders.echo(Limits.OURS), 2);
        }
        List<String> names = fixture.names();
        for (int i = 4; i < hosts; i += 10) {
            fixture.hang(names.get(i), true);
        }
        measure(hosts, HUNG, contenders.cold(Limits.OURS), 1);
        for (int i = 4; i < hosts; i += 10) {
            fixture.hang(names.get(i), false);
        }
    }

    private void measure(int hosts, String connections, List<Contender> contenders, int rounds)
            throws IOException, InterruptedException {
        progress(hosts + " hosts, " + connections);
        Map<Contender, Meter.Cost> costs = Meter.measure(contenders, rounds);
        double ours = costs.get(contenders.get(0)).seconds();
        costs.forEach((contender, cost) -> {
            List<String> row = new ArrayList<>(List.of(Integer.toString(hosts), connections, contender.name()));
            row.addAll(cost.cells());
            row.add(Output.number(cost.seconds() / ours, 2));
            rows.add(row);
            progress("  " + String.join("  ", row.subList(2, row.size())));
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("hosts", hosts);
            figure.put("connections", connections);
            figure.put("program", contender.name());
            figure.putAll(cost.json());
            figures.add(figure);
        });
    }

    private void progress(String words) {
        spec.commandLine().getErr().println(words);
        spec.commandLine().getErr().flush();
    }
}
