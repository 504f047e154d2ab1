package io.loadshare.bench.simulate;

/**
 * One job of a workload.
 *
 * @param id unique within the workload
 * @param arrival when it is submitted, in seconds
 * @param size how long it runs on idle cores of speed 1, in seconds
 * @param slots cores it requests
 * @param threads threads it runs, each of which can use one core
 * @param memory bytes it uses
 * @param user number of its owner
 * @param dispatcher which of the dispatchers places it
 * @param outside whether it bypasses every dispatcher and starts on a random host
 * @param broken whether it fails at once on every host
 */
record Job(
        String id,
        double arrival,
        double size,
        int slots,
        int threads,
        long memory,
        int user,
        int dispatcher,
        boolean outside,
        boolean broken) {

    /** The run time of a job that fails at once, in seconds. */
    static final double FAILING_SIZE = 0.5;

    /** Returns the login name of its owner. */
    String login() {
        return "user" + user;
    }
}
