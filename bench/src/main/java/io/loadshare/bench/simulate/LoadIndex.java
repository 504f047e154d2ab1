package io.loadshare.bench.simulate;

/** A figure that stands for a host's load. The host must have been advanced to the moment of the measurement. */
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
