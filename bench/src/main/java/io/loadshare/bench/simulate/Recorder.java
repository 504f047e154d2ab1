package io.loadshare.bench.simulate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The recorder of a run. It counts only the jobs that a dispatcher placed after the warm-up. */
final class Recorder {

    private final double from;
    private final double until;
    private final double[] slowdowns;
    private int counted;
    private double responses;
    private int maxJobs;
    private int lost;

    private final Map<Integer, int[]> jobsByUser = new HashMap<>();
    private final int hosts;
    private int seats;
    private double seatSeconds;
    private double seatsChanged;

    /** Creates a recorder that counts the jobs of a workload from its {@code first} on. */
    Recorder(List<Job> jobs, int first, int hosts) {
        this.from = jobs.get(first).arrival();
        this.until = jobs.get(jobs.size() - 1).arrival();
        this.slowdowns = new double[jobs.size()];
        this.hosts = hosts;
        this.seatsChanged = from;
    }

    void started(Job job, int host, int jobsThere, double now) {
        if (now >= from) {
            maxJobs = Math.max(maxJobs, jobsThere);
        }
        if (jobs(job)[host]++ == 0) {
            changeSeats(1, now);
        }
    }

    void ended(Job job, int host, boolean failed, double now) {
        if (failed) {
            lost += job.broken() || job.outside() ? 0 : 1;
        } else if (job.arrival() >= from && !job.outside()) {
            slowdowns[counted++] = (now - job.arrival()) / job.size();
            responses += now - job.arrival();
        }
        if (--jobs(job)[host] == 0) {
            changeSeats(-1, now);
        }
    }

    private int[] jobs(Job job) {
        return jobsByUser.computeIfAbsent(job.user(), user -> new int[hosts]);
    }

    private void changeSeats(int change, double now) {
        double time = Math.min(now, until);
        if (time > seatsChanged) {
            seatSeconds += seats * (time - seatsChanged);
            seatsChanged = time;
        }
        seats += change;
    }

    RunResult result(int wronglySuspended) {
        return new RunResult(
                Arrays.copyOf(slowdowns, counted),
                responses / counted,
                maxJobs,
                seatSeconds / (until - from),
                lost,
                wronglySuspended);
    }
}
