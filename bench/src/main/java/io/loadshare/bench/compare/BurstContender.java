package io.loadshare.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A contender that starts a burst of jobs on all hosts. A run ends when the last job has started. */
final class BurstContender implements Contender {

    /** Starts the jobs, and cleans up when they have ended. */
    interface Starter {
        String name();

        void start() throws IOException;

        /** Stops starting jobs; running jobs continue to their end. */
        default void giveUp() {}

        void settle() throws IOException, InterruptedException;

        Set<Long> kept() throws IOException;
    }

    private final Starter starter;
    private final StartLog log;
    private final int jobs;
    private final List<String> hosts;
    private int started;
    private int spread;

    BurstContender(Starter starter, StartLog log, int jobs, List<String> hosts) {
        this.starter = starter;
        this.log = log;
        this.jobs = jobs;
        this.hosts = hosts;
    }

    @Override
    public String name() {
        return starter.name();
    }

    @Override
    public int run() throws IOException, InterruptedException {
        log.clear();
        starter.start();
        started = log.awaitStarts(jobs);
        spread = Math.max(spread, log.spread(hosts));
        return started;
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        if (started < jobs) {
            starter.giveUp();
        } else {
            log.awaitEnds(jobs);
        }
        starter.settle();
    }

    @Override
    public Set<Long> kept() throws IOException {
        return starter.kept();
    }

    /** Returns the greatest difference in jobs between two hosts in any run. */
    int spread() {
        return spread;
    }
}
