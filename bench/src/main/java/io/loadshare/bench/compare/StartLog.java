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

/** Jobs that write down on which host they start, and that they end, in files which all hosts see. */
final class StartLog {

    /** How long a burst may take. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final long POLL_MILLIS = 5;

    private final Path starts;
    private final Path ends;
    private final Duration length;

    /** @param length of a job: enough for a whole burst to be started meanwhile, so that none gets the place of another */
    StartLog(Path shared, Duration length) {
        this.length = length;
        this.starts = shared.resolve("starts");
        this.ends = shared.resolve("ends");
    }

    /** The same with jobs of another length, for bursts that take longer. */
    StartLog withLength(Duration other) {
        return new StartLog(starts.getParent(), other);
    }

    /** The job, for a shell. */
    String job() {
        return "hostname >>" + starts + "; sleep " + length.toSeconds() + "; echo >>" + ends;
    }

    void clear() throws IOException {
        Files.writeString(starts, "");
        Files.writeString(ends, "");
    }

    /** Waits until as many jobs have started, for two minutes at most; returns how many have. */
    int awaitStarts(int jobs) throws IOException, InterruptedException {
        return await(starts, jobs, LIMIT);
    }

    /** Waits until as many jobs have ended, as long as those that started last may take. */
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

    /** By how many jobs the host with the most differs from the host with the least. */
    int spread(List<String> hosts) throws IOException {
        Collection<Long> counts = lines(starts).stream()
                .collect(Collectors.groupingBy(host -> host, TreeMap::new, Collectors.counting()))
                .values();
        long least = counts.size() < hosts.size() ? 0 : Collections.min(counts);
        return (int) (Collections.max(counts) - least);
    }
}
