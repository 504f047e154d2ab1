package io.loadshare.bench.simulate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One run of the simulation: the jobs of a workload arrive, are placed by a policy, share the cores of their hosts, and
 * end.
 *
 * <p>Time is in seconds. Jobs without a suitable host wait in one queue, oldest first, and are tried again whenever a
 * job ends or a host is measured. Not thread-safe, but several runs may proceed at the same time.
 */
final class Simulation {

    private final SimulatedHost[] hosts;
    private final Policy policy;
    private final RandomGenerator outsideHosts;
    private final double[] nextEnd;
    private final double[] nextMeasurement;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Recorder recorder;
    private final int blackHoles;

    /** A factory of policies. The policy may read the hosts only at the times when its program would measure them. */
    interface PolicyFactory {
        Policy create(Scenario scenario, SimulatedHost[] hosts, RandomGenerator random);
    }

    private Simulation(Scenario scenario, PolicyFactory factory, Seeds seeds, Recorder recorder) {
        this.hosts = scenario.hosts().stream().map(SimulatedHost::new).toArray(SimulatedHost[]::new);
        this.policy = factory.create(scenario, hosts, seeds.policy());
        this.outsideHosts = seeds.outside();
        this.recorder = recorder;
        this.blackHoles = scenario.faults().blackHoles();
        this.nextEnd = new double[hosts.length];
        this.nextMeasurement = new double[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            nextEnd[i] = Double.POSITIVE_INFINITY;
            nextMeasurement[i] = policy.interval() * (scenario.reports().staggered() ? (i + 1.0) / hosts.length : 1);
            policy.measure(i, 0);
        }
    }

    /**
     * Runs {@code jobs} jobs to their end; the first twentieth warms the hosts up and is not counted.
     */
    static RunResult run(Scenario scenario, PolicyFactory factory, int jobs, long seed) {
        Seeds seeds = new Seeds(seed);
        List<Job> workload = Workload.generate(scenario, jobs, seeds.workload());
        Recorder recorder = new Recorder(workload, jobs / 20, scenario.hosts().size());
        return new Simulation(scenario, factory, seeds, recorder).run(workload);
    }

    private RunResult run(List<Job> workload) {
        Iterator<Job> arrivals = workload.iterator();
        Job next = arrivals.next();
        int unfinished = workload.size();
        while (unfinished > 0) {
            int ending = least(nextEnd);
            int measured = least(nextMeasurement);
            double arrival = next == null ? Double.POSITIVE_INFINITY : next.arrival();
            if (nextEnd[ending] <= Math.min(arrival, nextMeasurement[measured])) {
                end(ending, nextEnd[ending]);
                unfinished--;
            } else if (nextMeasurement[measured] <= arrival) {
                measure(measured, nextMeasurement[measured]);
            } else {
                arrive(next);
                next = arrivals.hasNext() ? arrivals.next() : null;
            }
        }
        int wronglySuspended = (int)
                policy.suspended().stream().filter(host -> host >= blackHoles).count();
        return recorder.result(wronglySuspended);
    }

    private static int least(double[] times) {
        int least = 0;
        for (int i = 1; i < times.length; i++) {
            if (times[i] < times[least]) {
                least = i;
            }
        }
        return least;
    }

    private void arrive(Job job) {
        if (job.outside()) {
            start(job, outsideHosts.nextInt(hosts.length), job.arrival());
        } else if (!waiting.isEmpty() || !place(job, job.arrival())) {
            waiting.add(job);
        }
    }

    private boolean place(Job job, double now) {
        int host = policy.choose(job, now);
        if (host == Policy.NONE) {
            return false;
        }
        start(job, host, now);
        policy.started(job, host, now);
        return true;
    }

    private void start(Job job, int host, double now) {
        hosts[host].advance(now);
        hosts[host].start(job, fails(job, host) ? Job.FAILING_SIZE : job.size());
        nextEnd[host] = hosts[host].nextEnd();
        recorder.started(job, host, hosts[host].jobCount(), now);
    }

    private void end(int host, double now) {
        hosts[host].advance(now);
        Job job = hosts[host].end();
        nextEnd[host] = hosts[host].nextEnd();
        boolean failed = fails(job, host);
        recorder.ended(job, host, failed, now);
        if (!job.outside()) {
            policy.ended(job, host, failed, now);
        }
        serveWaiting(now);
    }

    private boolean fails(Job job, int host) {
        return job.broken() || host < blackHoles;
    }

    private void measure(int host, double now) {
        hosts[host].advance(now);
        policy.measure(host, now);
        nextMeasurement[host] += policy.interval();
        serveWaiting(now);
    }

    private void serveWaiting(double now) {
        while (!waiting.isEmpty() && place(waiting.peek(), now)) {
            waiting.remove();
        }
    }
}
