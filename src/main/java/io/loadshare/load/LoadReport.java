package io.loadshare.load;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one probe of one host found.
 *
 * @param host the host that was asked
 * @param measuredAt when the answer was complete, by the scanner's clock
 * @param bootId changes at each boot of the host
 * @param load1 one-minute load average as the kernel tells it (5 and 15 likewise)
 * @param running runnable threads as {@code /proc/loadavg} tells them (not averaged; total likewise)
 * @param cores cores the host may use, control groups considered; may be a fraction
 * @param memoryTotal bytes (available likewise: without swapping)
 * @param runnable R: runnable threads, the probe's own left out
 * @param ownRunnable R_J: those among {@code runnable} that belong to loadshare's jobs
 * @param complete whether the probe saw the processes of all users; if not, {@code jobs} and {@code ownRunnable} may lack some
 * @param jobs loadshare's jobs of all users
 * @param users login names of who is logged in, each once; empty if that cannot be known
 * @param complaint what the site's check script says is wrong with the host
 * @param agent whether an agent runs on the host, which can be asked for more than a report
 */
public record LoadReport(
        HostName host,
        Instant measuredAt,
        String bootId,
        Duration uptime,
        double load1,
        double load5,
        double load15,
        int running,
        int total,
        double cores,
        long memoryTotal,
        long memoryAvailable,
        double runnable,
        double ownRunnable,
        boolean complete,
        List<ObservedJob> jobs,
        Optional<List<String>> users,
        List<Desktop> desktops,
        List<LicenseHolder> licenses,
        Optional<String> complaint,
        boolean agent) {

    public LoadReport {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(measuredAt, "measuredAt");
        Objects.requireNonNull(bootId, "bootId");
        Objects.requireNonNull(uptime, "uptime");
        requireNotNegative("load1", load1);
        requireNotNegative("load5", load5);
        requireNotNegative("load15", load15);
        requireNotNegative("runnable", runnable);
        requireNotNegative("ownRunnable", ownRunnable);
        requireNotNegative("memoryTotal", memoryTotal);
        requireNotNegative("memoryAvailable", memoryAvailable);
        requireNotNegative("running", running);
        requireNotNegative("total", total);
        if (!(cores > 0) || Double.isInfinite(cores)) {
            throw new IllegalArgumentException("cores must be > 0, was " + cores);
        }
        jobs = List.copyOf(jobs);
        users = users.map(List::copyOf);
        desktops = List.copyOf(desktops);
        licenses = List.copyOf(licenses);
    }

    /** The same report with other jobs. */
    public LoadReport withJobs(List<ObservedJob> others) {
        return with(measuredAt, others, agent);
    }

    /** The same report by another clock. */
    public LoadReport withMeasuredAt(Instant time) {
        return with(time, jobs, agent);
    }

    /** The same report, of a host with an agent. */
    public LoadReport withAgent() {
        return with(measuredAt, jobs, true);
    }

    private LoadReport with(Instant time, List<ObservedJob> newJobs, boolean hasAgent) {
        return new LoadReport(
                host,
                time,
                bootId,
                uptime,
                load1,
                load5,
                load15,
                running,
                total,
                cores,
                memoryTotal,
                memoryAvailable,
                runnable,
                ownRunnable,
                complete,
                newJobs,
                users,
                desktops,
                licenses,
                complaint,
                hasAgent);
    }

    /** When the host was started, by the scanner's clock. */
    public Instant bootedAt() {
        return measuredAt.minus(uptime);
    }

    /** Whether the probe saw the job. */
    public boolean shows(String jobId) {
        for (ObservedJob job : jobs) {
            if (job.id().equals(jobId)) {
                return true;
            }
        }
        return false;
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be ≥ 0, was " + value);
        }
    }

    /**
     * One of loadshare's jobs as the probe saw it.
     *
     * @param slots cores it was placed for
     * @param user login name of its owner
     * @param runnable its runnable threads
     */
    public record ObservedJob(String id, int slots, String user, double runnable) {}

    /** One VNC desktop, by its owner and display ({@code :3}). */
    public record Desktop(String user, String display) {}

    /**
     * One user's processes on the host that hold a license.
     *
     * @param license the name of the license feature
     * @param processes topmost processes of that name; a parallel pool's workers count with their parent
     */
    public record LicenseHolder(String license, String user, int processes) {}
}
