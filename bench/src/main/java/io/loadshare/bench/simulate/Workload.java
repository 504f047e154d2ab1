package io.loadshare.bench.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The jobs of one run. Equal seeds give equal jobs, so that policies are compared on the same ones. */
final class Workload {

    private Workload() {}

    /** Returns jobs in order of arrival: bursts from a Poisson process, each from one user and dispatcher. */
    static List<Job> generate(Scenario scenario, int jobs, RandomGenerator random) {
        List<Job> result = new ArrayList<>(jobs);
        Scenario.Arrivals arrivals = scenario.arrivals();
        Scenario.Demand demand = scenario.demand();
        double burstRate = scenario.arrivalRate() / arrivals.burst();
        double now = 0;
        while (result.size() < jobs) {
            now += random.nextExponential() / burstRate;
            int user = random.nextInt(Scenario.USERS);
            boolean broken = scenario.faults().brokenShare() > 0
                    && random.nextDouble() < scenario.faults().brokenShare();
            int dispatcher = random.nextInt(arrivals.dispatchers());
            boolean outside = random.nextDouble() < arrivals.outside();
            for (int i = 0; i < arrivals.burst() && result.size() < jobs; i++) {
                double size = demand.sizes().draw(Scenario.MEAN_SIZE, random);
                int threads = random.nextDouble() < demand.wideShare() ? demand.wideSlots() : 1;
                result.add(new Job(
                        "j" + result.size(),
                        now,
                        size,
                        demand.widthHidden() ? 1 : threads,
                        threads,
                        random.nextDouble() < demand.memoryShare() ? demand.memory() : 0,
                        broken ? Scenario.USERS : user,
                        dispatcher,
                        outside,
                        broken));
            }
        }
        return result;
    }
}
