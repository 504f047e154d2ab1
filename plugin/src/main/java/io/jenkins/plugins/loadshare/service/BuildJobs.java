package io.jenkins.plugins.loadshare.service;

import hudson.model.Run;
import hudson.util.AtomicFileWriter;
import io.loadshare.job.JobState;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/**
 * The records of the jobs that builds started, in {@code loadshare/jobs} of Jenkins' home. {@code ID.properties} exists
 * from before the start until the job has ended and its step is over. {@code ID.cursor} holds how much of the job's
 * output is in the log. Both are written immediately, so a controller that was killed resumes where it stopped.
 * Thread-safe.
 */
public final class BuildJobs {

    private static final Logger LOGGER = Logger.getLogger(BuildJobs.class.getName());

    private static final String RECORD = ".properties";
    private static final String CURSOR = ".cursor";
    private static final String NODE = "node ";
    private static final int CURSOR_WIDTH = 60;

    /** The time after a job's start within which a report may not show its processes yet. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Path directory;
    private final Map<String, BuildJob> jobs = new ConcurrentHashMap<>();
    private final Map<String, JobState.Pending> pending = new ConcurrentHashMap<>();
    private final Map<String, Consumer<String>> followers = new ConcurrentHashMap<>();

    BuildJobs(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + RECORD)) {
                files.forEach(this::read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the jobs in " + directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void read(Path file) {
        String name = file.getFileName().toString();
        String id = name.substring(0, name.length() - RECORD.length());
        try (Reader reader = Files.newBufferedReader(file)) {
            Properties text = new Properties();
            text.load(reader);
            jobs.put(id, BuildJob.parse(id, text));
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.log(
                    Level.WARNING, "Skipped {0}, which does not describe a job: {1}", new Object[] {file, e.getMessage()
                    });
        }
    }

    /** Returns the jobs that are not known to have ended, oldest first. */
    public List<BuildJob> running() {
        return jobs.values().stream()
                .filter(job -> !job.ended())
                .sorted(Comparator.comparing(BuildJob::startedAt).thenComparing(BuildJob::id))
                .toList();
    }

    public Optional<BuildJob> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** Returns the last job of a step, if the step has recorded one. */
    public Optional<BuildJob> of(Requester requester, String step) {
        return all(requester, step).max(Comparator.comparing(BuildJob::startedAt));
    }

    /** Returns whether a step has recorded a job that is not known to have ended. */
    public boolean isRunning(Requester requester, String step) {
        return jobs.values().stream()
                .anyMatch(job -> job.build().equals(requester.build())
                        && firstAttempt(job.step()).equals(step)
                        && !job.ended());
    }

    /** Returns the number of jobs that a step has recorded. */
    public int count(Requester requester, String step) {
        return (int) all(requester, step).count();
    }

    private Stream<BuildJob> all(Requester requester, String step) {
        String build = requester.build();
        return jobs.values().stream()
                .filter(job -> job.build().equals(build) && job.step().equals(step));
    }

    /**
     * Returns whether nothing in Jenkins follows the job, because its build is over or did not resume after a restart.
     */
    public boolean isOrphan(BuildJob job) {
        return !followers.containsKey(job.id());
    }

    /**
     * Registers a follower of the job.
     *
     * @param abort ends the job; its argument names the user who requested it
     */
    public void follow(String id, Consumer<String> abort) {
        followers.put(id, abort);
    }

    public void unfollow(String id) {
        followers.remove(id);
        pending.remove(id);
    }

    /** Records the state of a followed job, which shows whether it waits in Slurm. */
    public void state(String id, JobState state) {
        if (state instanceof JobState.Pending waits) {
            pending.put(id, waits);
        } else if (!(state instanceof JobState.Unreachable)) {
            pending.remove(id);
        }
    }

    /** Returns why a job waits in Slurm; empty if it does not, or no build follows it. */
    public Optional<JobState.Pending> pending(String id) {
        return Optional.ofNullable(pending.get(id));
    }

    Optional<Consumer<String>> follower(String id) {
        return Optional.ofNullable(followers.get(id));
    }

    /** Writes the record of a job, replacing an earlier one. */
    public void put(BuildJob job) {
        jobs.put(job.id(), job);
        try (AtomicFileWriter writer =
                new AtomicFileWriter(file(job.id(), RECORD), StandardCharsets.UTF_8, false, true)) {
            job.toProperties().store(writer, null);
            writer.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("job " + job.id() + " cannot be remembered: " + e.getMessage(), e);
        }
    }

    /**
     * Records that the job has ended. The record stays until its step is over, since the step may not have been
     * notified yet.
     *
     * @param read whether all its output is in the log
     */
    public void ended(String id, boolean read) {
        BuildJob.Progress progress = read ? BuildJob.Progress.READ : BuildJob.Progress.ENDED;
        find(id).map(job -> job.with(progress)).ifPresent(this::put);
    }

    public void remove(String id) {
        jobs.remove(id);
        try {
            Files.deleteIfExists(file(id, RECORD));
            Files.deleteIfExists(file(id, CURSOR));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The record of job " + id + " cannot be removed", e);
        }
    }

    /** Returns the ended jobs of a build. */
    List<BuildJob> ended(Run<?, ?> run) {
        return jobs.values().stream()
                .filter(job -> job.build().equals(run.getExternalizableId()) && job.ended())
                .toList();
    }

    /**
     * Returns the running jobs that hold slots for blocks that are over, or whose builds are, and for nodes that are gone.
     *
     * @param nodes returns whether a node exists
     */
    List<BuildJob> lostHolders(Predicate<String> nodes) {
        return running().stream()
                .filter(job -> job.holder() && isOrphan(job) && !isUsed(job, nodes))
                .toList();
    }

    private boolean isUsed(BuildJob job, Predicate<String> nodes) {
        String step = firstAttempt(job.step());
        return !hasLaterAttempt(job, step)
                && (step.startsWith(NODE) ? nodes.test(step.substring(NODE.length())) : isActive(job.build(), step));
    }

    /** Returns whether the step has moved on to another host. */
    private boolean hasLaterAttempt(BuildJob job, String step) {
        return jobs.values().stream()
                .anyMatch(other -> other.build().equals(job.build())
                        && firstAttempt(other.step()).equals(step)
                        && number(other.step()) > number(job.step()));
    }

    /** Removes the records of orphans that have ended according to scans, and of builds that no longer exist. */
    void sweep(LoadBoard board) {
        for (BuildJob job : jobs.values()) {
            boolean gone = board.of(job.host().name())
                    .report()
                    .filter(report -> isRefutedBy(job, report))
                    .isPresent();
            if (isOrphan(job) && !isBuilding(job) && (job.ended() || gone)) {
                remove(job.id());
            }
        }
    }

    private static boolean isRefutedBy(BuildJob job, LoadReport report) {
        return report.threads().complete()
                && report.measuredAt().isAfter(job.startedAt().plus(GRACE))
                && !report.shows(job.id());
    }

    private static boolean isBuilding(BuildJob job) {
        Run<?, ?> run = Run.fromExternalizableId(job.build());
        return run != null && run.isBuilding();
    }

    /** Returns the step of the job that holds the place of a node. */
    public static String ofNode(String name) {
        return NODE + name;
    }

    /** Returns the id of a step's job on its first, second, … host. */
    public static String attempt(String step, int number) {
        return number == 1 ? step : step + "." + number;
    }

    /** Returns the step without the number of a later {@linkplain #attempt attempt}. */
    private static String firstAttempt(String step) {
        int end = step.indexOf('.');
        return end < 0 ? step : step.substring(0, end);
    }

    private static int number(String attempt) {
        int end = attempt.indexOf('.');
        return end < 0 ? 1 : Integer.parseInt(attempt.substring(end + 1));
    }

    /** Returns whether the step with this flow node still runs, or resumes, in its build. */
    public boolean isActive(String build, String flowNode) {
        Run<?, ?> run = Run.fromExternalizableId(build);
        if (run == null || !run.isBuilding()) {
            return false;
        }
        FlowExecutionOwner owner =
                run instanceof FlowExecutionOwner.Executable pipeline ? pipeline.asFlowExecutionOwner() : null;
        try {
            FlowExecution execution = owner == null ? null : owner.getOrNull();
            FlowNode node = execution == null ? null : execution.getNode(flowNode);
            return node == null || node.isActive();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "It is not known whether a step of " + build + " runs", e);
            return true;
        }
    }

    /** Returns how much of the job's output is in the log. */
    public LogPosition position(String id) {
        try {
            return LogPosition.parse(Files.readString(file(id, CURSOR)).strip());
        } catch (IOException | IllegalArgumentException e) {
            return LogPosition.START; // none has been written yet
        }
    }

    /**
     * An open file for {@link #position}, for frequent updates. Each update is a single write, which a kill cannot
     * tear.
     */
    public static final class CursorFile implements AutoCloseable {

        private final FileChannel channel;

        private CursorFile(Path file) throws IOException {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }

        public void move(LogPosition position) throws IOException {
            String line = String.format("%-" + CURSOR_WIDTH + "s%n", position.toText());
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    public CursorFile open(String id) throws IOException {
        return new CursorFile(file(id, CURSOR));
    }

    private Path file(String id, String kind) {
        return directory.resolve(id + kind);
    }
}
