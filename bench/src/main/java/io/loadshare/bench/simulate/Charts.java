package io.loadshare.bench.simulate;

import io.loadshare.bench.Axis;
import io.loadshare.bench.BarChart;
import io.loadshare.bench.LineChart;
import io.loadshare.bench.LineChart.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Draws the results of all experiments as the charts of {@code docs/}. */
final class Charts {

    private final Results results;
    private final Path directory;

    private Charts(Results results, Path directory) {
        this.results = results;
        this.directory = directory;
    }

    static void draw(Results results, Path directory) throws IOException {
        Files.createDirectories(directory);
        Charts charts = new Charts(results, directory);
        charts.bursts();
        charts.ages();
        charts.board();
        charts.licenses();
    }

    private void bursts() throws IOException {
        Axis slowdown =
                new Axis("mean slowdown (1 = as on an idle host)", true, List.of(1.0, 1.5, 2.0, 3.0, 5.0, 10.0));
        BarChart chart = new BarChart("Bursts of 8 jobs at 70 % load, 36 hosts × 4 cores", slowdown);
        for (String policy : Experiment.mainTable().policies()) {
            results.find("rho0.7-burst8", policy).ifPresent(summary -> chart.add(policy, summary.meanSlowdown()));
        }
        write("slowdown-in-bursts.svg", chart.svg());
    }

    private void ages() throws IOException {
        Map<String, Double> cases = new TreeMap<>();
        List.of(30.0, 60.0, 300.0, 900.0, 1800.0).forEach(age -> cases.put("age" + age.intValue(), age));
        LineChart chart = new LineChart(
                "The price of old reports (70 % load, 30 % of the jobs outside)",
                new Axis("greatest age of reports, seconds", true, List.of(30.0, 60.0, 300.0, 900.0, 1800.0)),
                new Axis("mean slowdown", true, List.of(1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0)));
        for (String policy : List.of("oracle", "tracked", "own-since", "two-choices", "random", "loadshare")) {
            chart.add(policy, points(policy, cases));
        }
        write("slowdown-by-age.svg", chart.svg());
    }

    private void board() throws IOException {
        Map<String, Double> cases = Map.of("board1", 1.0, "board10", 10.0, "board50", 50.0);
        LineChart chart = new LineChart(
                "Bulletin board: 100 hosts × 1 core at 90 % load",
                new Axis("time between reports, in mean job sizes", true, List.of(1.0, 10.0, 50.0)),
                new Axis("mean slowdown", true, List.of(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)));
        for (String policy :
                List.of("tracked", "own-since", "basic-li", "two-choices-queue", "random", "shortest-queue")) {
            chart.add(policy, points(policy, cases));
        }
        write("bulletin-board.svg", chart.svg());
    }

    private void licenses() throws IOException {
        LineChart chart = new LineChart(
                "License seats and slowdown at 50, 70 and 85 % load (24 users, bursts of 8)",
                new Axis("mean number of seats in use", false, List.of(20.0, 40.0, 60.0, 80.0, 100.0, 120.0)),
                new Axis("mean slowdown", false, List.of(1.0, 1.05, 1.1, 1.15, 1.2)));
        for (String rule : List.of("no-limit", "spread-8", "save-8", "save-36")) {
            chart.add(rule, points(rule, Summary::meanSeats, "license-rho0.5", "license-rho0.7", "license-rho0.85"));
        }
        write("license-seats.svg", chart.svg());
    }

    /** The slowdowns of a policy over what the cases vary. */
    private List<Point> points(String policy, Map<String, Double> cases) {
        String[] ascending = cases.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
        return points(policy, summary -> cases.get(summary.scenario()), ascending);
    }

    private List<Point> points(String policy, Function<Summary, Double> x, String... cases) {
        List<Point> points = new ArrayList<>();
        for (String name : cases) {
            results.find(name, policy)
                    .ifPresent(summary -> points.add(new Point(x.apply(summary), summary.meanSlowdown())));
        }
        return points;
    }

    private void write(String file, String svg) throws IOException {
        Files.writeString(directory.resolve(file), svg);
    }
}
