package io.loadshare.bench.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The jobs of one run. Equal seeds give equal jobs, so that policies are compared on the same ones. */
final class Workload {

    private Workload() {}

    /** Jobs in order of arrival: bursts by a Poisson process, each from one user and dispatcher. */
    static List<Job> generate(Scenario scenario, int jobs, RandomGenerator random) {
        List<Job> result = new ArrayList<>(jobs);
        double burstRate = scenario.arrivalRate() / scenario.burst();
        double now = 0;
        while (result.size() < jobs) {
            now += random.nextExponential() / burstRate;
            int user = random.nextInt(scenario.users());
            int dispatcher = random.nextInt(scenario.dispatchers());
            boolean outside = random.nextDouble() < scenario.outside();
            for (int i = 0; i < scenario.burst() && result.size() < jobs; i++) {
                result.add(new Job(
                        "j" + result.size(),
                        now,
                        scenario.sizes().draw(scenario.meanSize(), random),
                        random.nextDouble() < scenario.wideShare() ? scenario.wideSlots() : 1,
                        random.nextDouble() < scenario.memoryShare() ? scenario.memory() : 0,
                        user,
                        dispatcher,
                        outside));
            }
        }
        return result;
    }
}
