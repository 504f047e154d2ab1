package io.loadshare.bench.simulate;

/** A measure of a host's load. Advance the host to the time of the measurement first. */
enum LoadIndex {
    /** Threads that run or could run. */
    RUN_QUEUE {
        @Override
        double of(SimulatedHost host) {
            return host.threads();
        }
    },
    /** The one-minute load average. */
    LOAD1 {
        @Override
        double of(SimulatedHost host) {
            return host.averages().load1();
        }
    };

    abstract double of(SimulatedHost host);
}
