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
 * The load of each host over the last day: for each ten minutes the highest one-minute load that a report told. It takes
 * 600 bytes a host, in memory and about as many in one file, which is replaced whole; so to note the same board twice does
 * no harm. Any thread may call.
 */
final class LoadHistory {

    /** How long one figure stands for. */
    static final Duration SLOT = Duration.ofMinutes(10);

    /** How many figures there are of each host: a day's. */
    static final int SLOTS = (int) Duration.ofDays(1).dividedBy(SLOT);

    private static final String KIND = "history";
    private static final int MAX_BYTES = 64 << 20;

    private final Path file;
    private final Consumer<String> warnings;
    private final Map<HostName, Day> days = new HashMap<>();

    /** The newest {@link #SLOTS} figures of one host, NaN where nothing is known; slot n stands at n modulo SLOTS. */
    private static final class Day {

        private final float[] loads = new float[SLOTS];
        private long newest;

        Day(long newest) {
            this.newest = newest;
            Arrays.fill(loads, Float.NaN);
        }

        /** Returns whether that changed anything. */
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
     * Reads what there is.
     *
     * @param warnings is told in one line each what cannot be read or written; it is never fatal
     */
    LoadHistory(Path file, Consumer<String> warnings) {
        this.file = file;
        this.warnings = warnings;
        try {
            AtomicFile.read(file, MAX_BYTES)
                    .ifPresent(bytes -> StateText.read(
                            new String(bytes, StandardCharsets.UTF_8), KIND, file.toString(), this::take, warnings));
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; the history of load begins anew");
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

    /** Notes what the reports of a board tell, and forgets hosts of which none was younger than a day. */
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
            warnings.accept(e.getMessage() + "; after a restart of Jenkins the history of load will lack something");
        }
    }

    /** The figures of a host, oldest first; NaN where nothing is known. The last one stands for the ten minutes of {@code now}. */
    synchronized float[] last(HostName host, Instant now) {
        return days.getOrDefault(host, new Day(slot(now))).until(slot(now));
    }

    /** The figures of a host of which nothing is known. */
    static float[] unknown() {
        float[] loads = new float[SLOTS];
        Arrays.fill(loads, Float.NaN);
        return loads;
    }

    private static long slot(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), SLOT.toSeconds());
    }
}
