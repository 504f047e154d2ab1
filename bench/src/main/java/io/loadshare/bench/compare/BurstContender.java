package io.loadshare.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Starts a burst of jobs on all hosts; done when the last of them has started. */
final class BurstContender implements Contender {

    /** Sets the jobs going, and puts things right again when they have ended. */
    interface Starter {
        String name();

        void start() throws IOException;

        /** Starts no more jobs; those that run are left to end. */
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

    /** The greatest difference between two hosts, in any run. */
    int spread() {
        return spread;
    }
}
