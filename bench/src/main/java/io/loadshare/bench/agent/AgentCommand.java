package io.loadshare.bench.agent;

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

/** The command {@code bench/run agent}, which measures how fast agents answer and what they cost. */
@Command(
        name = "agent",
        description =
                "Measures a live round over 1000 agents beside a bare HTTP client, and one agent under wrk and idle.",
        mixinStandardHelpOptions = true)
public final class AgentCommand implements Callable<Integer> {

    private static final String AS_CLIENTS_ASK = "wrk.headers[\"Accept\"] = \"text/plain\"\n";

    /** A script for wrk that opens queries and retreats from each in one of the next requests. */
    private static final String QUERIES =
            """
            local ids = {}
            request = function()
              local id = table.remove(ids)
              if id then
                return wrk.format("DELETE", "/v1/queries/" .. id)
              end
              return wrk.format("POST", "/v1/queries", { ["Accept"] = "text/plain" })
            end
            response = function(status, headers, body)
              if status == 201 then table.insert(ids, body:match("id=(%w+)")) end
            end
            """;

    @Option(names = "--short", description = "Measure briefly: half a minute.")
    private boolean brief;

    @Option(names = "--agents", paramLabel = "N", description = "Agents in a round (default: ${DEFAULT-VALUE}).")
    private int agents = 1000;

    @Option(names = "--program", paramLabel = "FILE", description = "The launcher (default: that of this checkout).")
    private Path program = Path.of(System.getProperty("bench.top", "."), "loadshare");

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** One row of the table. */
    private record Figure(String what, double value, int digits, String unit, String target, boolean met) {

        List<String> row() {
            String aim = target.isEmpty() ? "" : target + (met ? ", met" : ", not met");
            return List.of(what, Output.number(value, digits) + " " + unit, aim);
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("figure", what);
            json.put("value", value);
            json.put("unit", unit);
            return json;
        }
    }

    private final List<Figure> figures = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        rounds(new Rounds(agents, brief ? 10 : 100).measure());
        try (Service service = new Service(program)) {
            serve(service, brief ? 3 : 15);
        }
        if (json != null) {
            Output.json(json, figures.stream().map(Figure::json).toList());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(
                List.of("figure", "value", "target"),
                figures.stream().map(Figure::row).toList()));
        out.flush();
        return 0;
    }

    private void rounds(Rounds.Result result) {
        Rounds.Times placement = result.placement();
        Rounds.Times bare = result.bare();
        String all = agents + " agents asked, ";
        report(all + "first round of a client", placement.first(), 1, "ms");
        report(all + "the same by a bare HTTP client", bare.first(), 1, "ms");
        ratio("ratio of both", placement.first() / bare.first());
        report(all + "later rounds", placement.later(), 1, "ms");
        report(all + "the same by a bare HTTP client, later", bare.later(), 1, "ms");
        ratio("ratio of both, later", placement.later() / bare.later());
    }

    private void ratio(String what, double ratio) {
        figures.add(new Figure(what, ratio, 2, "×", "≤ 1.5 ×", ratio <= 1.5));
    }

    private void serve(Service service, int seconds) throws IOException, InterruptedException {
        service.rate("/v1/load", 64, seconds, AS_CLIENTS_ASK); // warms up
        rate("one agent, GET /v1/load, 64 connections", service.rate("/v1/load", 64, seconds, AS_CLIENTS_ASK));
        rate("one agent, queries opened and taken back", service.rate("/v1/queries", 64, seconds, QUERIES));
        double memory = service.mostMemory();
        figures.add(new Figure("most memory of that agent", memory, 0, "MiB", "≤ 128 MiB", memory <= 128));
        double idle = 100 * service.idle(brief ? 10 : 60);
        figures.add(new Figure("that agent idle, share of a core", idle, 2, "%", "≤ 1 %", idle <= 1));
    }

    private void rate(String what, double rate) {
        figures.add(new Figure(what, rate, 0, "/s", "≥ 10000 /s", rate >= 10_000));
    }

    private void report(String what, double value, int digits, String unit) {
        figures.add(new Figure(what, value, digits, unit, "", true));
    }
}
