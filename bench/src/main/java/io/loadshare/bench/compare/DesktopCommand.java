package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ledger;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench/run desktop}, which measures how soon a viewer can connect to a new desktop. */
@Command(
        name = "desktop",
        description = "Starts desktops on one real sshd host from a shell, one after the other, and finds one again."
                + " Needs root, TigerVNC's server and xterm.",
        mixinStandardHelpOptions = true)
public final class DesktopCommand implements Callable<Integer> {

    @Option(names = "--short", description = "3 desktops instead of 15.")
    private boolean brief;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = brief ? 3 : 15;
        List<Double> sincePlacement = new ArrayList<>();
        List<Double> started = new ArrayList<>();
        List<Double> found = new ArrayList<>();
        try (Fixture fixture = new Fixture(1)) {
            Ledger ledger = ledger(fixture);
            String loadshare = Programs.top().resolve("loadshare") + " --config " + configuration(fixture);
            shell(loadshare + " scan");
            shell(loadshare + " desktop --json; " + loadshare + " desktop stop"); // builds, and warms up the host
            for (int round = 0; round < rounds; round++) {
                started.add(seconds(loadshare + " desktop --json"));
                sincePlacement.add(now() - placed(ledger));
                found.add(seconds(loadshare + " desktop --json"));
                shell(loadshare + " desktop stop");
            }
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        add(figures, "from the placement until a viewer can connect", sincePlacement);
        add(figures, "the whole command that starts a desktop", started);
        add(figures, "the whole command that finds it again", found);
        print(figures);
        return 0;
    }

    private static void add(Map<String, Object> figures, String name, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        figures.put(name + ", median, s", sorted.get(sorted.size() / 2));
        figures.put(name + ", most, s", sorted.get(sorted.size() - 1));
    }

    private void print(Map<String, Object> figures) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        figures.forEach((name, value) -> rows.add(List.of(name, Output.number((double) value, 2))));
        if (json != null) {
            Output.json(json, figures);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(List.of("figure", "measured"), rows));
        out.flush();
    }

    private static Path configuration(Fixture fixture) throws IOException {
        Path file = fixture.work().resolve("desktop.yaml");
        Files.writeString(
                file,
                "hosts: [ { name: h1 } ]\ndesktop: { session: exec xterm }\nssh: { config: " + fixture.sshConfig()
                        + ", knownHosts: " + fixture.knownHosts() + " }\nstate: { directory: "
                        + fixture.work().resolve("state") + " }\n");
        return file;
    }

    private static double seconds(String command) throws IOException, InterruptedException {
        double from = now();
        shell(command);
        return now() - from;
    }

    private static LedgerFile ledger(Fixture fixture) {
        StateSettings settings = new StateSettings(fixture.work().resolve("state"), false);
        return LedgerFile.in(
                StateDirectory.open(settings, System.err::println),
                new HostInventory(List.of(Host.named("h1")), List.of()),
                "bench",
                InstantSource.system(),
                System::nanoTime,
                new Random(),
                System.err::println);
    }

    /** Returns when the desktop that runs was placed, in seconds since 1970. */
    private static double placed(Ledger ledger) {
        return ledger.view().claims().stream()
                .map(Claim::placedAt)
                .max(Comparator.naturalOrder())
                .map(DesktopCommand::seconds)
                .orElseThrow();
    }

    private static double now() {
        return seconds(Instant.now());
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }

    private static void shell(String command) throws IOException, InterruptedException {
        Programs.run(List.of("bash", "-c", command));
    }
}
