package io.jenkins.plugins.loadshare.page;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph of a figure of a host or pool over the last day or week: one unit wide for each value, {@link #HEIGHT} high,
 * with time from left to right. Missing values are gaps.
 */
public final class LoadGraph {

    /** The height of the graph, in its own units. */
    public static final int HEIGHT = 24;

    private final HistoryKeeper.Chart chart;
    private final float[] loads;
    private final double cores;
    private final double top;
    private final int peak;

    /**
     * @param loads as {@link LoadHistory#last} gives them
     * @param cores the number of cores, drawn as a line; 0 if unknown
     */
    LoadGraph(HistoryKeeper.Chart chart, float[] loads, double cores) {
        this.chart = chart;
        this.loads = loads.clone();
        this.cores = cores;
        int highest = -1;
        for (int i = 0; i < loads.length; i++) {
            if (!Float.isNaN(loads[i]) && (highest < 0 || loads[i] >= loads[highest])) {
                highest = i;
            }
        }
        this.peak = highest;
        this.top = Math.max(Math.max(cores * 1.1, 1), highest < 0 ? 0 : loads[highest]);
    }

    /**
     * Returns all graphs of a host or pool.
     *
     * @param name as in its {@link Reading}
     * @param cores the number of cores; 0 if unknown
     */
    static List<LoadGraph> all(HistoryKeeper histories, String name, double cores) {
        Instant now = Instant.now();
        return Arrays.stream(HistoryKeeper.Chart.values())
                .map(chart ->
                        new LoadGraph(chart, histories.history(chart).last(name, now), chart.isOfWaiting() ? 0 : cores))
                .toList();
    }

    public int getWidth() {
        return loads.length;
    }

    public int getHeight() {
        return HEIGHT;
    }

    /** Returns whether there are no values. */
    public boolean isEmpty() {
        return peak < 0;
    }

    /** Returns the area below the load as SVG path data. */
    public String getArea() {
        StringBuilder path = new StringBuilder();
        boolean open = false;
        for (int i = 0; i < loads.length; i++) {
            if (Float.isNaN(loads[i])) {
                path.append(open ? "V" + HEIGHT + "z" : "");
                open = false;
                continue;
            }
            path.append(open ? "" : "M" + i + " " + HEIGHT);
            path.append('V').append(Numbers.print(y(loads[i]))).append("h1");
            open = true;
        }
        return path.append(open ? "V" + HEIGHT + "z" : "").toString();
    }

    /** Returns the distance of the cores line from the top; null if the number of cores is unknown. */
    public String getFull() {
        return cores > 0 ? Numbers.print(y(cores)) : null;
    }

    private double y(double load) {
        double height = load / top * (HEIGHT - 1);
        return Math.round((HEIGHT - Math.max(height, load > 0 ? 0.5 : 0)) * 10) / 10.0;
    }

    /** Returns what the graph shows. */
    public String getTitle() {
        return switch (chart) {
            case LOAD_DAY -> Messages.LoadGraph_loadDay();
            case LOAD_WEEK -> Messages.LoadGraph_loadWeek();
            case JOBS_DAY -> Messages.LoadGraph_jobsDay();
            case JOBS_WEEK -> Messages.LoadGraph_jobsWeek();
            case WAITING_DAY -> Messages.LoadGraph_waitingDay();
            case WAITING_WEEK -> Messages.LoadGraph_waitingWeek();
        };
    }

    /** Returns the graph as text. */
    public String getWords() {
        if (isEmpty()) {
            return Messages.LoadGraph_empty(getTitle());
        }
        String ago = ago(peak);
        String highest = print(loads[peak]);
        return peak == loads.length - 1
                ? Messages.LoadGraph_highestNow(getTitle(), highest)
                : Messages.LoadGraph_highest(getTitle(), highest, ago);
    }

    private String ago(int index) {
        return Durations.print(chart.span.slot.multipliedBy(loads.length - 1L - index));
    }

    private static String print(float figure) {
        return Float.isNaN(figure) ? "–" : Numbers.print(Math.round(figure * 100) / 100.0);
    }

    /** A row of the graph as a table. */
    public record Row(String ago, String highest) {}

    /** Returns the graph as a table of twelve equal periods, newest first. */
    public List<Row> getRows() {
        List<Row> rows = new ArrayList<>();
        int step = loads.length / 12;
        for (int end = loads.length; end >= step; end -= step) {
            float highest = Float.NaN;
            for (int i = end - step; i < end; i++) {
                highest =
                        Float.isNaN(highest) ? loads[i] : Math.max(highest, Float.isNaN(loads[i]) ? highest : loads[i]);
            }
            rows.add(new Row(ago(end - 1), print(highest)));
        }
        return rows;
    }
}
