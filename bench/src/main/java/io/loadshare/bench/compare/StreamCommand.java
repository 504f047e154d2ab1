package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
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

/** {@code bench/run stream}: how fast bytes and single keys go to a job on another host and back, by us and by ssh. */
@Command(
        name = "stream",
        description = "Carries a job's output, input and keys by loadshare and by ssh, side by side. Needs root.",
        mixinStandardHelpOptions = true)
public final class StreamCommand implements Callable<Integer> {

    static final long MEGABYTE = 1_000_000;

    private static final String HOST = "h1";
    private static final String JOB = "stream";
    private static final String COUNT = " | wc -c";
    private static final String SMALL_HEAP = "-Xmx32m";

    @Option(names = "--short", description = "100 MB instead of 1 GB, one round instead of three.")
    private boolean brief;

    @Option(names = "--megabytes", paramLabel = "N", description = "How much (1000; with --short 100).")
    private int megabytes;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final List<List<String>> rows = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private Path work;
    private String config;
    private String ssh;
    private String jsch;
    private String openSsh;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<List<String>> keys;
        try (Fixture fixture = new Fixture(1)) {
            work = fixture.work();
            config = " -F " + fixture.sshConfig() + " " + HOST;
            ssh = "ssh" + config;
            jsch = loadshare(fixture.writeConfiguration());
            openSsh = loadshare(fixture.writeConfigurationWithOpenSsh());
            measure("output", copies("", "head -c " + bytes() + " /dev/zero", COUNT));
            measure("input", copies("head -c " + bytes() + " /dev/zero | ", "wc -c", ""));
            try (LivingContender.Living server = printing(fixture)) {
                measure("kept output", readers(server));
            }
            keys = keys();
        }
        if (json != null) {
            Output.json(json, figures);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(
                List.of("stream", "program", "wall, s", "CPU, s", "memory, MB", "MB", "MB/s", "× ssh"), rows));
        out.println();
        out.print(Output.table(List.of("echo of single keys", "median, ms", "p99, ms"), keys));
        out.flush();
        return 0;
    }

    private long bytes() {
        return (megabytes > 0 ? megabytes : brief ? 100 : 1000) * MEGABYTE;
    }

    /** The words of a loadshare that has just measured the host, so that no run has to. */
    private static String loadshare(Path configuration) throws IOException, InterruptedException {
        String words = Programs.top().resolve("loadshare") + " --config " + configuration;
        Programs.run(List.of("bash", "-c", words + " scan --force"));
        return words;
    }

    /** Each runs the remote command with what comes before and after it on this side of a pipe. */
    private List<Contender> copies(String before, String command, String after) {
        String run = jsch + " run -- " + command + after;
        return List.of(
                copy("ssh", before + ssh + " '" + command + "'" + after),
                copy("loadshare run", before + run),
                copy("loadshare run, " + SMALL_HEAP, before + "LOADSHARE_JAVA_OPTIONS=" + SMALL_HEAP + " " + run),
                copy("loadshare run, ssh.command", before + openSsh + " run -- " + command + after));
    }

    private StreamContender copy(String name, String command) {
        return new StreamContender(name, command, work.resolve("count"));
    }

    private LivingContender.Living printing(Fixture fixture) throws IOException {
        return new LivingContender.Living(
                StreamServer.class,
                fixture.sshConfig(),
                fixture.knownHosts(),
                HOST,
                JOB,
                "head",
                "-c",
                bytes(),
                "/dev/zero");
    }

    private List<Contender> readers(LivingContender.Living server) throws IOException {
        server.ask(""); // the job is over then
        return List.of(
                copy("ssh", ssh + " 'cat .loadshare/*/" + JOB + "/output'" + COUNT),
                copy("loadshare logs", jsch + " logs " + JOB + COUNT),
                new LivingContender("loadshare, living process, as a Jenkins step", "", server));
    }

    private void measure(String stream, List<Contender> contenders) throws IOException, InterruptedException {
        Map<Contender, Meter.Cost> costs = Meter.measure(contenders, brief ? 1 : 3);
        double ofSsh = costs.get(contenders.get(0)).seconds();
        List<Map<String, Object>> list = new ArrayList<>();
        costs.forEach((contender, cost) -> {
            List<String> row = new ArrayList<>(List.of(stream, contender.name()));
            row.addAll(cost.cells());
            row.add(Output.number(cost.done() / cost.seconds(), 0));
            row.add(Output.number(cost.seconds() / ofSsh, 2));
            rows.add(row);
            spec.commandLine().getErr().println(String.join("  ", row));
            spec.commandLine().getErr().flush();
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("program", contender.name());
            figure.putAll(cost.json());
            list.add(figure);
        });
        figures.put(stream, list);
    }

    /** Keys typed in turn into terminals by all programs. */
    private List<List<String>> keys() throws IOException {
        int count = brief ? 100 : 1000;
        Path errors = work.resolve("keys.err");
        try (KeyEcho one = new KeyEcho("ssh -t", "ssh -t" + config + " \"" + KeyEcho.COMMAND + "\"", count, errors);
                KeyEcho two =
                        new KeyEcho("loadshare run --tty", jsch + " run --tty -- " + KeyEcho.COMMAND, count, errors);
                KeyEcho three = new KeyEcho(
                        "loadshare run --tty, ssh.command",
                        openSsh + " run --tty -- " + KeyEcho.COMMAND,
                        count,
                        errors)) {
            List<KeyEcho> terminals = List.of(one, two, three);
            for (int i = 0; i < count; i++) {
                for (KeyEcho terminal : terminals) {
                    terminal.type();
                }
            }
            figures.put("keys", terminals.stream().map(KeyEcho::json).toList());
            return terminals.stream().map(KeyEcho::cells).toList();
        }
    }
}
