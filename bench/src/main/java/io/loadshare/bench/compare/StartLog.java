package io.loadshare.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A log of job starts and ends. The jobs write it to files that all hosts see. */
final class StartLog {

    /** The time limit of a burst. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final long POLL_MILLIS = 5;

    private final Path starts;
    private final Path ends;
    private final Duration length;

    /**
     * @param length the length of a job: long enough to start a whole burst, so that no job gets the slot of another
     */
    StartLog(Path shared, Duration length) {
        this.length = length;
        this.starts = shared.resolve("starts");
        this.ends = shared.resolve("ends");
    }

    /** Returns a log with jobs of another length, for bursts that take longer. */
    StartLog withLength(Duration other) {
        return new StartLog(starts.getParent(), other);
    }

    /** Returns the job as a shell command. */
    String job() {
        return "hostname >>" + starts + "; sleep " + length.toSeconds() + "; echo >>" + ends;
    }

    void clear() throws IOException {
        Files.writeString(starts, "");
        Files.writeString(ends, "");
    }

    /** Waits until {@code jobs} jobs have started, at most two minutes, and returns the number that have. */
    int awaitStarts(int jobs) throws IOException, InterruptedException {
        return await(starts, jobs, LIMIT);
    }

    /** Waits until {@code jobs} jobs have ended, as long as the last started jobs may run. */
    void awaitEnds(int jobs) throws IOException, InterruptedException {
        await(ends, jobs, length.plus(LIMIT));
    }

    private static int await(Path file, int lines, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        int seen = lines(file).size();
        while (seen < lines && System.nanoTime() < end) {
            Thread.sleep(POLL_MILLIS);
            seen = lines(file).size();
        }
        return seen;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /** Returns the difference between the most and the fewest jobs on a host. */
    int spread(List<String> hosts) throws IOException {
        Collection<Long> counts = lines(starts).stream()
                .collect(Collectors.groupingBy(host -> host, TreeMap::new, Collectors.counting()))
                .values();
        long least = counts.size() < hosts.size() ? 0 : Collections.min(counts);
        return (int) (Collections.max(counts) - least);
    }
}
