package io.jenkins.plugins.loadshare.page;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.StateText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The load of each host over the last day: the highest reported one-minute load in each ten minutes. It takes 600 bytes
 * for each host in memory, and about as much in one file, which is replaced as a whole. Recording the same board twice
 * is harmless. Any thread may call.
 */
final class LoadHistory {

    /** The period of one value. */
    static final Duration SLOT = Duration.ofMinutes(10);

    /** The number of values for each host: one day. */
    static final int SLOTS = (int) Duration.ofDays(1).dividedBy(SLOT);

    private static final String KIND = "history";
    private static final int MAX_BYTES = 64 << 20;

    private final Path file;
    private final Consumer<String> warnings;
    private final Map<HostName, Day> days = new HashMap<>();

    /** The newest {@link #SLOTS} values of one host, NaN for missing ones; slot n is stored at n modulo SLOTS. */
    private static final class Day {

        private final float[] loads = new float[SLOTS];
        private long newest;

        Day(long newest) {
            this.newest = newest;
            Arrays.fill(loads, Float.NaN);
        }

        /** Returns whether this changed anything. */
        boolean put(long slot, float load) {
            for (long next = Math.max(newest + 1, slot - SLOTS + 1); next <= slot; next++) {
                loads[index(next)] = Float.NaN;
            }
            newest = Math.max(newest, slot);
            if (slot <= newest - SLOTS || loads[index(slot)] >= load) {
                return false;
            }
            loads[index(slot)] = load;
            return true;
        }

        float[] until(long last) {
            float[] found = new float[SLOTS];
            for (int i = 0; i < SLOTS; i++) {
                long slot = last - SLOTS + 1 + i;
                found[i] = slot > newest || slot <= newest - SLOTS ? Float.NaN : loads[index(slot)];
            }
            return found;
        }

        private static int index(long slot) {
            return (int) Math.floorMod(slot, (long) SLOTS);
        }
    }

    /**
     * Reads the file.
     *
     * @param warnings receives one line for each read or write problem; these are never fatal
     */
    LoadHistory(Path file, Consumer<String> warnings) {
        this.file = file;
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
            Day day = new Day(Long.parseLong(fields[1]));
            for (int i = 0; i < SLOTS; i++) {
                day.loads[Day.index(day.newest - SLOTS + 1 + i)] = parse(fields[2 + i]);
            }
            days.put(new HostName(fields[0]), day);
        }
    }

    private static float parse(String field) {
        float load = field.isEmpty() ? Float.NaN : Float.parseFloat(field);
        if (load < 0 || Float.isInfinite(load)) {
            throw new IllegalArgumentException("a load must be finite and ≥ 0, was " + field);
        }
        return load;
    }

    /** Records the loads of a board, and removes hosts without a value in the last day. */
    synchronized void note(LoadBoard board, Instant now) {
        long current = slot(now);
        boolean changed = days.values().removeIf(day -> day.newest <= current - SLOTS || day.newest > current + 1);
        for (int i = 0; i < board.inventory().size(); i++) {
            LoadReport report = board.at(i).report().orElse(null);
            if (report != null && !report.measuredAt().isAfter(now.plus(HostStatus.CLOCK_TOLERANCE))) {
                long slot = slot(report.measuredAt());
                changed |= slot > current - SLOTS
                        && days.computeIfAbsent(board.inventory().at(i).name(), host -> new Day(slot))
                                .put(slot, (float) report.load1());
            }
        }
        if (changed) {
            write();
        }
    }

    private void write() {
        StringBuilder out = StateText.begin(KIND);
        days.forEach((host, day) -> {
            Object[] fields = new Object[2 + SLOTS];
            fields[0] = host;
            fields[1] = day.newest;
            float[] loads = day.until(day.newest);
            for (int i = 0; i < SLOTS; i++) {
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
     * Returns the values of a host, oldest first; NaN for missing ones. The last one is for the ten minutes of {@code
     * now}.
     */
    synchronized float[] last(HostName host, Instant now) {
        return days.getOrDefault(host, new Day(slot(now))).until(slot(now));
    }

    /** The values of an unknown host. */
    static float[] unknown() {
        float[] loads = new float[SLOTS];
        Arrays.fill(loads, Float.NaN);
        return loads;
    }

    private static long slot(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), SLOT.toSeconds());
    }
}
