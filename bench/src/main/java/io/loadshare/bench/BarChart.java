package io.loadshare.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** A chart of horizontal bars, one below the other, with their names to the left and their values to the right. */
public final class BarChart {

    private static final int WIDTH = 760;
    private static final int LEFT = 130;
    private static final int RIGHT = 60;
    private static final int TOP = 45;
    private static final int BOTTOM = 50;
    private static final int BAR = 20;
    private static final int GAP = 6;

    private final String title;
    private final Axis axis;
    private final Map<String, Double> bars = new LinkedHashMap<>();

    public BarChart(String title, Axis axis) {
        this.title = title;
        this.axis = axis;
    }

    public void add(String name, double value) {
        bars.put(name, value);
    }

    /** The chart as an SVG document. */
    public String svg() {
        int bottom = TOP + bars.size() * (BAR + GAP);
        Svg svg = new Svg(title, WIDTH, bottom + BOTTOM);
        for (double tick : axis.ticks()) {
            svg.rule(across(tick), TOP - GAP, across(tick), bottom);
            svg.words(across(tick), bottom + 16, "middle", "black", Axis.words(tick));
        }
        int y = TOP;
        for (Map.Entry<String, Double> bar : bars.entrySet()) {
            double end = across(bar.getValue());
            svg.words(LEFT - 8, y + BAR - 6, "end", "black", bar.getKey());
            svg.bar(LEFT, y, Math.max(1, end - LEFT), BAR, "#1f77b4");
            svg.words(end + 6, y + BAR - 6, "start", "black", Output.number(bar.getValue(), 3));
            y += BAR + GAP;
        }
        svg.words((LEFT + WIDTH - RIGHT) / 2.0, bottom + 38, "middle", "black", axis.label());
        return svg.toString();
    }

    private double across(double value) {
        return LEFT + axis.position(value) * (WIDTH - LEFT - RIGHT);
    }
}
