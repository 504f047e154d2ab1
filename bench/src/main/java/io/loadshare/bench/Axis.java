package io.loadshare.bench;

import java.util.List;

/**
 * An axis of a chart.
 *
 * @param logarithmic whether equal ratios take equal space
 * @param ticks the values that are marked, ascending; the axis runs from the first to the last
 */
public record Axis(String label, boolean logarithmic, List<Double> ticks) {

    /** How far along the axis a value is, from 0 at the first tick to 1 at the last. */
    double position(double value) {
        double first = scaled(ticks.get(0));
        return (scaled(value) - first) / (scaled(ticks.get(ticks.size() - 1)) - first);
    }

    private double scaled(double value) {
        return logarithmic ? Math.log(value) : value;
    }

    /** A tick in words. */
    static String words(double tick) {
        return tick == Math.rint(tick) ? Long.toString((long) tick) : Double.toString(tick);
    }
}
