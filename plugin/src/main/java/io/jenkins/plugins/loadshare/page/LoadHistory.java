package io.jenkins.plugins.loadshare.page;

import io.loadshare.LoadshareException;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.StateText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * One figure of each host and pool over the last day or week: the highest reported value in each ten minutes or hour. It
 * takes 700 bytes for each of them in memory, and about as much in one file, which is replaced as a whole. Recording the
 * same readings twice is harmless. Any thread may call.
 */
final class LoadHistory {

    /** The time that a history covers. */
    enum Span {
        DAY(Duration.ofDays(1), Duration.ofMinutes(10)),
        WEEK(Duration.ofDays(7), Duration.ofHours(1));

        /** The period of one value. */
        final Duration slot;

        /** The number of values for each host or pool. */
        final int slots;

        Span(Duration all, Duration slot) {
            this.slot = slot;
            this.slots = (int) all.dividedBy(slot);
        }

        private long slot(Instant time) {
            return Math.floorDiv(time.getEpochSecond(), slot.toSeconds());
        }
    }

    /** The period of one value of a day. */
    static final Duration SLOT = Span.DAY.slot;

    /** The number of values of a day. */
    static final int SLOTS = Span.DAY.slots;

    private static final String KIND = "history";
    private static final int MAX_BYTES = 64 << 20;

    private final Path file;
    private final Span span;
    private final ToDoubleFunction<Reading> figure;
    private final Consumer<String> warnings;
    private final Map<String, Series> series = new HashMap<>();

    /** The newest values of one host or pool, NaN for missing ones; slot n is stored at n modulo their number. */
    private static final class Series {

        private final int slots;
        private final float[] loads;
        private long newest;

        Series(int slots, long newest) {
            this.slots = slots;
            this.loads = unknown(slots);
            this.newest = newest;
        }

        /** Returns whether this changed anything. */
        boolean put(long slot, float load) {
            for (long next = Math.max(newest + 1, slot - slots + 1); next <= slot; next++) {
                loads[index(next)] = Float.NaN;
            }
            newest = Math.max(newest, slot);
            if (slot <= newest - slots || loads[index(slot)] >= load) {
                return false;
            }
            loads[index(slot)] = load;
            return true;
        }

        float[] until(long last) {
            float[] found = unknown(slots);
            long first = last - slots + 1;
            for (long slot = Math.max(first, newest - slots + 1); slot <= Math.min(last, newest); slot++) {
                found[(int) (slot - first)] = loads[index(slot)];
            }
            return found;
        }

        private int index(long slot) {
            return (int) Math.floorMod(slot, (long) slots);
        }
    }

    /**
     * Reads the file.
     *
     * @param figure the figure that is kept
     * @param warnings receives one line for each read or write problem; these are never fatal
     */
    LoadHistory(Path file, Span span, ToDoubleFunction<Reading> figure, Consumer<String> warnings) {
        this.file = file;
        this.span = span;
        this.figure = figure;
        this.warnings = warnings;
        try {
            AtomicFile.read(file, MAX_BYTES)
                    .ifPresent(bytes -> StateText.read(
                            new String(bytes, StandardCharsets.UTF_8), KIND, file.toString(), this::take, warnings));
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; the load history starts again");
        }
    }

    private void take(String key, String[] fields) {
        if (key.equals("day")) {
            Series day = new Series(span.slots, Long.parseLong(fields[1]));
            for (int i = 0; i < span.slots; i++) {
                day.loads[day.index(day.newest - span.slots + 1 + i)] = parse(fields[2 + i]);
            }
            series.put(fields[0], day);
        }
    }

    private static float parse(String field) {
        float load = field.isEmpty() ? Float.NaN : Float.parseFloat(field);
        if (load < 0 || Float.isInfinite(load)) {
            throw new IllegalArgumentException("a load must be finite and ≥ 0, was " + field);
        }
        return load;
    }

    /** Records readings, and removes hosts and pools without a value in the whole time. */
    synchronized void note(List<Reading> readings, Instant now) {
        long current = span.slot(now);
        boolean changed =
                series.values().removeIf(day -> day.newest <= current - span.slots || day.newest > current + 1);
        for (Reading reading : readings) {
            long slot = span.slot(reading.at());
            float value = (float) figure.applyAsDouble(reading);
            changed |= slot > current - span.slots
                    && !Float.isNaN(value)
                    && series.computeIfAbsent(reading.name(), name -> new Series(span.slots, slot))
                            .put(slot, value);
        }
        if (changed) {
            write();
        }
    }

    private void write() {
        StringBuilder out = StateText.begin(KIND);
        series.forEach((name, day) -> {
            Object[] fields = new Object[2 + span.slots];
            fields[0] = name;
            fields[1] = day.newest;
            float[] loads = day.until(day.newest);
            for (int i = 0; i < span.slots; i++) {
                fields[2 + i] = Float.isNaN(loads[i]) ? "" : loads[i];
            }
            StateText.line(out, "day", fields);
        });
        try {
            AtomicFile.write(
                    file, StateText.end(out, KIND).getBytes(StandardCharsets.UTF_8), AtomicFile.Access.PRIVATE);
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; the load history will be incomplete after a restart of Jenkins");
        }
    }

    /**
     * Returns the values of a host or pool, oldest first; NaN for missing ones. The last one is for the ten minutes or the
     * hour of {@code now}.
     *
     * @param name as in its {@link Reading}
     */
    synchronized float[] last(String name, Instant now) {
        Series known = series.get(name);
        return known == null ? unknown(span.slots) : known.until(span.slot(now));
    }

    /** The values of an unknown host over a day. */
    static float[] unknown() {
        return unknown(SLOTS);
    }

    private static float[] unknown(int slots) {
        float[] loads = new float[slots];
        Arrays.fill(loads, Float.NaN);
        return loads;
    }
}
