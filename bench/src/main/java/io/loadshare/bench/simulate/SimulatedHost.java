package io.loadshare.bench.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A host that shares its cores equally among all threads: each gets the whole of a core, or if there are more threads
 * than cores, cores / threads of one.
 *
 * <p>All threads progress at the same rate, so one clock per host suffices: it shows how much work a thread that was
 * there from the beginning would have got. A job ends when the clock has advanced by the job's size.
 */
final class SimulatedHost {

    private static final double SWAPPING_SPEED = 0.1;

    private final Scenario.HostSpec spec;
    private final PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparingDouble(Running::endsAt));
    private final LoadAverages averages = new LoadAverages();
    private double now;
    private double clock;
    private int threads;
    private long memoryUsed;

    /** A job on the host and what the host's clock will show at its end. */
    private record Running(Job job, double endsAt) {}

    SimulatedHost(Scenario.HostSpec spec) {
        this.spec = spec;
    }

    /** Lets the jobs run until {@code time}, before which none of them ends. */
    void advance(double time) {
        clock += (time - now) * rate();
        now = time;
        averages.advance(time, threads);
    }

    private double rate() {
        double share = threads <= spec.cores() ? 1 : (double) spec.cores() / threads;
        return share * spec.speed() * (memoryUsed > spec.memory() ? SWAPPING_SPEED : 1);
    }

    /** @param size how long it runs here on idle cores of speed 1, in seconds */
    void start(Job job, double size) {
        running.add(new Running(job, clock + size));
        threads += job.slots();
        memoryUsed += job.memory();
    }

    /** When the next job will end if none arrives before; infinite if none runs. */
    double nextEnd() {
        return running.isEmpty() ? Double.POSITIVE_INFINITY : now + (running.peek().endsAt - clock) / rate();
    }

    /** Ends the job that is due. */
    Job end() {
        Running ended = running.remove();
        clock = ended.endsAt;
        threads -= ended.job.slots();
        memoryUsed -= ended.job.memory();
        return ended.job;
    }

    /** The jobs on the host, in no order. */
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

    /** The length of the run queue, those on a core included. */
    int threads() {
        return threads;
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
