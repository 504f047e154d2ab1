package io.loadshare;

import java.util.Locale;

/** Metrics in Prometheus' text format, version 0.0.4. Every name begins with {@code loadshare_}. */
public final class MetricsText {

    /** The media type of the text. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder out = new StringBuilder(4096);

    /** Adds a metric with one value. */
    public void gauge(String name, String help, double value) {
        head(name, "gauge", help);
        line(name, value);
    }

    /** Begins a metric; its lines follow. */
    public void head(String name, String type, String help) {
        out.append("# HELP loadshare_").append(name).append(' ').append(help).append(".\n");
        out.append("# TYPE loadshare_").append(name).append(' ').append(type).append('\n');
    }

    /** @param series the name, and labels in braces */
    public void line(String series, double value) {
        out.append("loadshare_").append(series).append(' ');
        if (value == Math.rint(value)) {
            out.append((long) value);
        } else {
            out.append(String.format(Locale.ROOT, "%.9g", value));
        }
        out.append('\n');
    }

    /** Returns a label with its value in quotes. */
    public static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
