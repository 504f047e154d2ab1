package io.jenkins.plugins.loadshare.service;

import io.loadshare.LoadshareException;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.StateText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The newest placements, in one small file that is replaced as a whole, so they survive a restart. The build stores the
 * details of each. Thread-safe.
 */
public final class Placements {

    /** The number of placements kept. */
    public static final int KEPT = 20;

    private static final String KIND = "placements";
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private final Consumer<String> warnings;
    private final Deque<Placement> newest = new ArrayDeque<>();

    /**
     * The placement of one job.
     *
     * @param job its id
     * @param build the run's {@code externalizableId}
     */
    public record Placement(String job, String build) {}

    /**
     * Reads the stored placements.
     *
     * @param warnings receives one line for each problem with reading or writing, which is never fatal
     */
    Placements(Path file, Consumer<String> warnings) {
        this.file = file;
        this.warnings = warnings;
        try {
            AtomicFile.read(file, MAX_BYTES)
                    .ifPresent(bytes -> StateText.read(
                            new String(bytes, StandardCharsets.UTF_8), KIND, file.toString(), this::take, warnings));
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; the page Loadshare shows no placements of before");
        }
    }

    private void take(String key, String[] fields) {
        if (key.equals("placement")) {
            add(new Placement(fields[0], fields[1]));
        }
    }

    /** Records the placement of a job, replacing an earlier placement of the same job. */
    public synchronized void note(Placement placement) {
        newest.removeIf(other -> other.job().equals(placement.job()));
        add(placement);
        write();
    }

    private void add(Placement placement) {
        newest.addFirst(placement);
        if (newest.size() > KEPT) {
            newest.removeLast();
        }
    }

    private void write() {
        StringBuilder out = StateText.begin(KIND);
        for (Iterator<Placement> oldestFirst = newest.descendingIterator(); oldestFirst.hasNext(); ) {
            Placement placement = oldestFirst.next();
            StateText.line(out, "placement", placement.job(), placement.build());
        }
        try {
            AtomicFile.write(
                    file, StateText.end(out, KIND).getBytes(StandardCharsets.UTF_8), AtomicFile.Access.PRIVATE);
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; after a restart of Jenkins the page Loadshare will lack placements");
        }
    }

    /** Returns the placements, newest first. */
    public synchronized List<Placement> newest() {
        return List.copyOf(newest);
    }
}
