package io.loadshare.load;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The measurements of one host by one probe.
 *
 * @param host the host that was measured
 * @param measuredAt when the measurement was complete, by the scanner's clock
 * @param cores cores the host may use, within its control group; may be a fraction
 * @param jobs loadshare's jobs of all users
 * @param agent whether an agent runs on the host, which answers live queries
 * @param nodes the nodes, if it is a cluster
 */
public record LoadReport(
        HostName host,
        Instant measuredAt,
        Boot boot,
        LoadAverage loadAverage,
        double cores,
        Memory memory,
        Threads threads,
        List<ObservedJob> jobs,
        People people,
        List<LicenseHolder> licenses,
        Health health,
        boolean agent,
        List<Nodes> nodes) {

    public LoadReport {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(measuredAt, "measuredAt");
        Objects.requireNonNull(boot, "boot");
        Objects.requireNonNull(loadAverage, "loadAverage");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(threads, "threads");
        Objects.requireNonNull(people, "people");
        Objects.requireNonNull(health, "health");
        if (!(cores > 0) || Double.isInfinite(cores)) {
            throw new IllegalArgumentException("cores must be > 0, was " + cores);
        }
        jobs = List.copyOf(jobs);
        licenses = List.copyOf(licenses);
        nodes = List.copyOf(nodes);
    }

    /** Returns the same report with other jobs. */
    public LoadReport withJobs(List<ObservedJob> others) {
        return with(measuredAt, others, agent);
    }

    /** Returns the same report by another clock. */
    public LoadReport withMeasuredAt(Instant time) {
        return with(time, jobs, agent);
    }

    /** Returns the same report for a host with an agent. */
    public LoadReport withAgent() {
        return with(measuredAt, jobs, true);
    }

    private LoadReport with(Instant time, List<ObservedJob> newJobs, boolean hasAgent) {
        return new LoadReport(
                host,
                time,
                boot,
                loadAverage,
                cores,
                memory,
                threads,
                newJobs,
                people,
                licenses,
                health,
                hasAgent,
                nodes);
    }

    /** Returns when the host was booted, by the scanner's clock. */
    public Instant bootedAt() {
        return measuredAt.minus(boot.uptime());
    }

    /** Returns whether the probe saw the job. */
    public boolean shows(String jobId) {
        return job(jobId) != null;
    }

    /** Returns the job as the probe saw it, or null. */
    public ObservedJob job(String jobId) {
        for (ObservedJob job : jobs) {
            if (job.id().equals(jobId)) {
                return job;
            }
        }
        return null;
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be ≥ 0, was " + value);
        }
    }

    /**
     * The last boot of the host.
     *
     * @param id changes at each boot
     */
    public record Boot(String id, Duration uptime) {

        public Boot {
            Objects.requireNonNull(id, "boot ID");
            Objects.requireNonNull(uptime, "uptime");
        }
    }

    /**
     * What {@code /proc/loadavg} reports.
     *
     * @param load1 one-minute load average of the kernel (the same for 5 and 15)
     * @param running runnable threads (not averaged; the same for total)
     */
    public record LoadAverage(double load1, double load5, double load15, int running, int total) {

        public LoadAverage {
            requireNotNegative("load1", load1);
            requireNotNegative("load5", load5);
            requireNotNegative("load15", load15);
            requireNotNegative("running", running);
            requireNotNegative("total", total);
        }
    }

    /**
     * Memory in bytes.
     *
     * @param available what programs can get without swapping
     */
    public record Memory(long total, long available) {

        public Memory {
            requireNotNegative("memoryTotal", total);
            requireNotNegative("memoryAvailable", available);
        }
    }

    /**
     * The threads that the probe saw.
     *
     * @param runnable R: runnable threads, except those of the probe
     * @param own R_J: those among {@code runnable} that belong to loadshare's jobs
     * @param complete whether the probe saw the processes of all users; if not, {@code own} and the jobs may lack some
     */
    public record Threads(double runnable, double own, boolean complete) {

        public Threads {
            requireNotNegative("runnable", runnable);
            requireNotNegative("ownRunnable", own);
        }
    }

    /**
     * The people who work on the host.
     *
     * @param users login names of those logged in, without duplicates; empty if that is unknown
     */
    public record People(Optional<List<String>> users, List<Desktop> desktops) {

        /** Nobody is known. */
        public static final People UNKNOWN = new People(Optional.empty(), List.of());

        public People {
            users = users.map(List::copyOf);
            desktops = List.copyOf(desktops);
        }
    }

    /**
     * What is wrong with the host.
     *
     * @param complaint what the site's check script reports as wrong
     * @param stalled what on the host does not answer, as text: the login's home directory
     * @param pressure how much its tasks wait for the disk and for memory
     */
    public record Health(Optional<String> complaint, Optional<String> stalled, Pressure pressure) {

        /** Nothing is known to be wrong. */
        public static final Health GOOD = new Health(Optional.empty(), Optional.empty(), Pressure.UNKNOWN);
    }

    /**
     * A loadshare job that the probe saw.
     *
     * @param slots the cores that were reserved for it
     * @param user login name of its owner
     * @param runnable the number of its runnable threads
     * @param memory the bytes that its processes use; 0 if unknown
     */
    public record ObservedJob(String id, int slots, String user, double runnable, long memory) {

        public ObservedJob {
            requireNotNegative("memory of job " + id, memory);
        }

        /** Creates a job whose memory is unknown. */
        public ObservedJob(String id, int slots, String user, double runnable) {
            this(id, slots, user, runnable, 0);
        }
    }

    /**
     * The percentage of the last ten seconds in which some task waited for the disk or for memory, as the kernel measures
     * it in {@code /proc/pressure}; empty where it does not.
     */
    public record Pressure(OptionalDouble io, OptionalDouble memory) {
        public static final Pressure UNKNOWN = new Pressure(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** Returns how many jobs of a cluster wait for resources. */
    public int pending() {
        return Math.max(0, loadAverage.total() - loadAverage.running());
    }

    /**
     * Nodes of a cluster that are in the same state.
     *
     * @param names the nodes, as the cluster writes them
     * @param state in the words of the cluster: {@code mixed}, {@code down*}
     * @param allocated the cores of all these nodes that jobs have
     * @param idle the cores that jobs can get
     * @param reason why they are not in use; may be empty
     */
    public record Nodes(String names, int count, String state, int allocated, int idle, String reason) {

        public boolean isDrained() {
            return state.startsWith("drain");
        }

        public boolean isDown() {
            return state.startsWith("down") || state.startsWith("fail") || state.endsWith("*") && !isDrained();
        }
    }

    /**
     * A VNC desktop.
     *
     * @param user login name of its owner
     * @param display such as {@code :3}
     * @param age how long it has run; empty if unknown
     * @param idle how long it was not used: zero with a viewer, otherwise the time since the viewer disconnected, as its
     *     log shows, or since its owner last typed in a terminal of the host; empty if unknown
     */
    public record Desktop(String user, String display, Optional<Duration> age, Optional<Duration> idle) {

        /** Creates a desktop whose times are unknown. */
        public Desktop(String user, String display) {
            this(user, display, Optional.empty(), Optional.empty());
        }
    }

    /**
     * The processes of one user on the host that hold a license.
     *
     * @param license the name of the license feature
     * @param processes the number of topmost processes with the license's process name; the workers of a parallel pool
     *     count with their parent
     */
    public record LicenseHolder(String license, String user, int processes) {}
}
