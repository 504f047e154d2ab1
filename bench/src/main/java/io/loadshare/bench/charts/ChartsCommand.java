package io.loadshare.bench.charts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code bench/run charts}, which draws the charts of docs/benchmarks.md. */
@Command(
        name = "charts",
        description = "Draws charts (SVG) from simulate.json, scan.json and place.json, as far as they are there.",
        mixinStandardHelpOptions = true)
public final class ChartsCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FIGURES", description = "The directory with the JSON files.")
    private Path figures;

    @Parameters(index = "1", paramLabel = "CHARTS", description = "The directory that the charts are written to.")
    private Path charts;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(charts);
        Figures simulated = Figures.read(figures, "simulate");
        if (!simulated.rows().isEmpty()) {
            bursts(simulated);
            ages(simulated);
            board(simulated);
            licenses(simulated);
        }
        Figures slots = Figures.read(figures, "slots");
        if (!slots.rows().isEmpty()) {
            slots(slots);
        }
        Figures scans = Figures.read(figures, "scan");
        if (!scans.rows().isEmpty()) {
            scans(scans);
        }
        Figures placed = Figures.read(figures, "place");
        if (!placed.rows().isEmpty()) {
            bursts(placed, "last start, s");
        }
        return 0;
    }

    private void bursts(Figures simulated) throws IOException {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Map<String, Object> row : simulated.rows()) {
            if (row.get("case").equals("rho0.7-burst8")) {
                data.addValue(
                        (Number) row.get("meanSlowdown"),
                        "slowdown",
                        row.get("policy").toString());
            }
        }
        Drawing.bars(
                charts.resolve("slowdown-in-bursts.svg"),
                "Bursts of 8 jobs, 36 hosts × 4 cores at 70 % load, reports up to 5 minutes old",
                "mean slowdown (1: as on an idle host)",
                0.95,
                data,
                "0.000");
    }

    private void ages(Figures simulated) throws IOException {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (String policy : List.of("loadshare", "random", "two-choices", "own-since", "tracked", "oracle")) {
            for (int age : new int[] {30, 60, 300, 900, 1800}) {
                add(data, simulated, policy, "age" + age, Integer.toString(age));
            }
        }
        Drawing.lines(
                charts.resolve("slowdown-by-age.svg"),
                "The price of old reports: 70 % load, 30 % of the jobs started past us",
                "greatest age of reports, seconds",
                "mean slowdown",
                data);
    }

    private void board(Figures simulated) throws IOException {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (String policy : List.of(
                "shortest-queue", "random", "two-choices-queue", "basic-li", "own-since", "tracked", "oracle")) {
            for (int interval : new int[] {1, 10, 50}) {
                add(data, simulated, policy, "board" + interval, Integer.toString(interval));
            }
        }
        Drawing.lines(
                charts.resolve("bulletin-board.svg"),
                "Bulletin board: 100 hosts × 1 core at 90 % load",
                "time between reports, in mean job sizes",
                "mean slowdown",
                data);
    }

    private static void add(
            DefaultCategoryDataset data, Figures simulated, String policy, String scenario, String category) {
        simulated
                .find("meanSlowdown", Map.of("case", scenario, "policy", policy))
                .ifPresent(slowdown -> data.addValue(slowdown, policy, category));
    }

    private void licenses(Figures simulated) throws IOException {
        XYSeriesCollection data = new XYSeriesCollection();
        for (String policy : List.of("no-limit", "spread-8", "save-8", "save-12", "save-36")) {
            XYSeries series = new XYSeries(policy);
            for (double load : new double[] {0.5, 0.7, 0.85}) {
                Map<String, String> words = Map.of("case", "license-rho" + load, "policy", policy);
                simulated
                        .find("meanSeats", words)
                        .ifPresent(seats -> series.add(
                                seats, simulated.find("meanSlowdown", words).orElseThrow()));
            }
            data.addSeries(series);
        }
        Drawing.plane(
                charts.resolve("license-seats.svg"),
                "License seats at 50, 70 and 85 % load: 24 users, bursts of 8 Matlab jobs",
                "mean number of seats in use",
                "mean slowdown",
                data);
    }

    private void slots(Figures slots) throws IOException {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("slots", "one core each");
        cases.put("slots-stalled", "a tenth of the hosts stalled");
        cases.put("slots-hidden", "a third use 4 cores, request 1");
        cases.put("slots-people", "half are other people's");
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Map<String, Object> row : slots.rows()) {
            String series = cases.get(row.get("case").toString());
            if (series != null) {
                data.addValue(
                        (Number) row.get("meanSlowdown"),
                        series,
                        row.get("policy").toString());
            }
        }
        Drawing.bars(
                charts.resolve("slots.svg"),
                "Slots per core: 36 hosts × 4 cores at 70 % load, bursts of 8 jobs",
                "mean slowdown (1: as on an idle host)",
                0.95,
                data,
                "0.00");
    }

    private void scans(Figures scans) throws IOException {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Map<String, Object> row : scans.rows()) {
            data.addValue(
                    (Number) row.get("seconds"),
                    row.get("hosts") + " hosts",
                    row.get("connections") + ": " + row.get("program"));
        }
        Drawing.bars(charts.resolve("scan.svg"), "Measuring all hosts", "seconds", 1 / 16.0, data, "0.00");
    }

    private void bursts(Figures placed, String axis) throws IOException {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Map<String, Object> row : placed.rows()) {
            data.addValue(
                    (Number) row.get("seconds"), "seconds", row.get("program").toString());
        }
        Drawing.bars(
                charts.resolve("place.svg"),
                "Until the last of a burst of jobs has started on 36 hosts",
                axis,
                1,
                data,
                "0.00");
    }
}
