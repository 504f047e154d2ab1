package io.loadshare.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A chart of lines over two axes, with the lines' names at their right ends. */
public final class LineChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 150;
    private static final int TOP = 45;
    private static final int BOTTOM = 55;
    private static final int LABEL_HEIGHT = 14;
    private static final List<String> COLOURS =
            List.of("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#17becf", "#ff7f0e", "#555555");

    private final String title;
    private final Axis x;
    private final Axis y;
    private final Map<String, List<Point>> lines = new LinkedHashMap<>();

    /** A point in the units of the axes. */
    public record Point(double x, double y) {}

    public LineChart(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Adds a line with its name; its points from left to right. */
    public void add(String name, List<Point> points) {
        lines.put(name, List.copyOf(points));
    }

    /** The chart as an SVG document. */
    public String svg() {
        Svg svg = new Svg(title, WIDTH, HEIGHT);
        for (double tick : x.ticks()) {
            svg.rule(across(tick), TOP, across(tick), HEIGHT - BOTTOM);
            svg.words(across(tick), HEIGHT - BOTTOM + 18, "middle", "black", Axis.words(tick));
        }
        for (double tick : y.ticks()) {
            svg.rule(LEFT, down(tick), WIDTH - RIGHT, down(tick));
            svg.words(LEFT - 8, down(tick) + 4, "end", "black", Axis.words(tick));
        }
        svg.words((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, "middle", "black", x.label());
        svg.wordsUpwards(24, (TOP + HEIGHT - BOTTOM) / 2.0, y.label());
        Map<String, Double> names = namePositions();
        int colour = 0;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            String stroke = COLOURS.get(colour++ % COLOURS.size());
            draw(svg, line.getValue(), stroke);
            svg.words(WIDTH - RIGHT + 12, names.get(line.getKey()) + 4, "start", stroke, line.getKey());
        }
        return svg.toString();
    }

    private void draw(Svg svg, List<Point> points, String colour) {
        for (int i = 0; i < points.size(); i++) {
            Point to = points.get(i);
            svg.dot(across(to.x()), down(to.y()), colour);
            if (i > 0) {
                Point from = points.get(i - 1);
                svg.line(across(from.x()), down(from.y()), across(to.x()), down(to.y()), colour);
            }
        }
    }

    /** Where the names stand: at the height of their lines' ends, lower as far as others are in the way. */
    private Map<String, Double> namePositions() {
        List<String> downwards = new ArrayList<>(lines.keySet());
        downwards.sort(Comparator.comparingDouble(this::end));
        Map<String, Double> positions = new LinkedHashMap<>();
        double free = TOP;
        for (String name : downwards) {
            positions.put(name, Math.max(end(name), free));
            free = positions.get(name) + LABEL_HEIGHT;
        }
        return positions;
    }

    private double end(String name) {
        List<Point> points = lines.get(name);
        return down(points.get(points.size() - 1).y());
    }

    private double across(double value) {
        return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
    }

    private double down(double value) {
        return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM);
    }
}
