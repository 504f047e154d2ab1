package io.loadshare.agent.server;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.load.NewerFormatException;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.StateText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An agent's {@link AgentMemory} on disk (0600, since it holds secrets): {@link StateText} of kind {@code agent} with
 * the lines {@code completed=COUNT}, {@code start=TIME} and {@code job=ID USER SLOTS PLACED STARTED QUERY SECRET}.
 * Damaged lines are reported and skipped.
 */
final class AgentMemoryFile {

    private static final String KIND = "agent";
    private static final int MAX_BYTES = 16 << 20;

    private final Path file;
    private final HostName host;
    private final InstantSource steady;
    private final InstantSource wall;

    /**
     * @param steady the clock of the times in memory
     * @param wall the clock of the times on disk, which another process will read
     */
    AgentMemoryFile(Path file, HostName host, InstantSource steady, InstantSource wall) {
        this.file = file;
        this.host = host;
        this.steady = steady;
        this.wall = wall;
    }

    /** @throws LoadshareException of kind STATE if it cannot be written */
    void write(AgentMemory memory) {
        Duration offset = Duration.between(steady.instant(), wall.instant());
        StringBuilder out = StateText.begin(KIND);
        StateText.line(out, "completed", memory.completed());
        memory.starts().forEach(start -> StateText.line(out, "start", StateText.print(start.plus(offset))));
        for (StartedJob started : memory.jobs()) {
            TrackedJob job = started.job();
            StateText.line(
                    out,
                    "job",
                    job.id(),
                    job.user(),
                    job.slots(),
                    StateText.print(job.placedAt().plus(offset)),
                    StateText.print(job.startedAt().plus(offset)),
                    started.query(),
                    started.secret());
        }
        byte[] text = StateText.end(out, KIND).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, text, AtomicFile.Access.PRIVATE);
    }

    /** Reads the file as far as possible. */
    AgentMemory read(Consumer<String> warnings) {
        Reading reading = new Reading();
        try {
            AtomicFile.read(file, MAX_BYTES)
                    .ifPresent(bytes -> StateText.read(
                            new String(bytes, StandardCharsets.UTF_8), KIND, file.toString(), reading::take, warnings));
        } catch (NewerFormatException e) {
            throw e; // and is not overwritten
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; continuing without it");
        }
        return new AgentMemory(reading.completed, reading.starts, reading.jobs);
    }

    private final class Reading {

        private final Instant now = wall.instant();
        private final Instant steadyNow = steady.instant();
        private final List<Instant> starts = new ArrayList<>();
        private final List<StartedJob> jobs = new ArrayList<>();
        private int completed;

        void take(String key, String[] fields) {
            switch (key) {
                case "completed" -> completed = Integer.parseInt(fields[0]);
                case "start" -> starts.add(time(fields[0]));
                case "job" -> jobs.add(job(fields));
                default -> {} // of a newer minor format
            }
        }

        private StartedJob job(String[] fields) {
            Reservation reservation = new Reservation(
                    fields[0], host, fields[1], Integer.parseInt(fields[2]), List.of(), time(fields[3]));
            return new StartedJob(new TrackedJob(reservation, time(fields[4])), fields[5], fields[6]);
        }

        /** Rejects a future time, which a wrong clock wrote. */
        private Instant time(String text) {
            Instant time = StateText.time(text);
            return time.isAfter(now) ? steadyNow : steadyNow.minus(Duration.between(time, now));
        }
    }
}
