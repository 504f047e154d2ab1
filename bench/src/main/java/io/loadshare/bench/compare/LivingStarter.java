package io.loadshare.bench.compare;

import java.io.IOException;
import java.util.Set;

/** A starter of bursts through a {@link PlaceServer}, which measures all hosts when the jobs have ended. */
record LivingStarter(String name, LivingContender.Living process, int jobs) implements BurstContender.Starter {

    @Override
    public void start() throws IOException {
        process.ask(Integer.toString(jobs));
    }

    @Override
    public void settle() throws IOException {
        process.ask("0");
    }

    @Override
    public Set<Long> kept() {
        return process.pids();
    }
}
