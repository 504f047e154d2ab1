package io.loadshare.bench.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A host that shares its cores equally among all threads: each gets a whole core or, if there are more threads than
 * cores, cores / threads of one.
 *
 * <p>All threads progress at the same rate, so one clock per host suffices: it shows the work that a thread running
 * from the beginning would have received. A job ends when the clock has advanced by the job's size.
 */
final class SimulatedHost {

    private static final double SWAPPING_SPEED = 0.1;
    private static final double STALLED_SPEED = 0.1;

    /** The threads that hang on the dead disk of a stalled host. */
    private static final int STALLED_THREADS = 20;

    private final Scenario.HostSpec spec;
    private final PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparingDouble(Running::endsAt));
    private final LoadAverages averages = new LoadAverages();
    private double now;
    private double clock;
    private int threads;
    private long memoryUsed;

    /** A job on the host, and the value of the host's clock at its end. */
    private record Running(Job job, double endsAt) {}

    SimulatedHost(Scenario.HostSpec spec) {
        this.spec = spec;
    }

    /** Runs the jobs until {@code time}; none of them ends before that. */
    void advance(double time) {
        clock += (time - now) * rate();
        now = time;
        averages.advance(time, threads());
    }

    private double rate() {
        double share = threads <= spec.cores() ? 1 : (double) spec.cores() / threads;
        return share
                * spec.speed()
                * (memoryUsed > spec.memory() ? SWAPPING_SPEED : 1)
                * (spec.stalled() ? STALLED_SPEED : 1);
    }

    /** @param size the job's run time on idle cores of speed 1, in seconds */
    void start(Job job, double size) {
        running.add(new Running(job, clock + size));
        threads += job.threads();
        memoryUsed += job.memory();
    }

    /** Returns when the next job ends if none arrives before; infinite if none runs. */
    double nextEnd() {
        return running.isEmpty() ? Double.POSITIVE_INFINITY : now + (running.peek().endsAt - clock) / rate();
    }

    /** Ends the job that is due, and returns it. */
    Job end() {
        Running ended = running.remove();
        clock = ended.endsAt;
        threads -= ended.job.threads();
        memoryUsed -= ended.job.memory();
        return ended.job;
    }

    /** Returns the jobs on the host, in no particular order. */
    List<Job> jobs() {
        List<Job> jobs = new ArrayList<>(running.size());
        for (Running r : running) {
            jobs.add(r.job);
        }
        return jobs;
    }

    int jobCount() {
        return running.size();
    }

    /** Returns the length of the run queue, including threads on a core and those that hang on a disk. */
    int threads() {
        return threads + (spec.stalled() ? STALLED_THREADS : 0);
    }

    long memoryAvailable() {
        return Math.max(0, spec.memory() - memoryUsed);
    }

    LoadAverages averages() {
        return averages;
    }

    Scenario.HostSpec spec() {
        return spec;
    }
}
