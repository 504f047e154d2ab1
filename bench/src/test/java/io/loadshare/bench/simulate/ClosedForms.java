package io.loadshare.bench.simulate;

/** Mean response times, in mean job sizes, that queueing theory gives in closed form. */
final class ClosedForms {

    private ClosedForms() {}

    /**
     * The shortest of {@code d} queues drawn at random, among very many of one core each: Σ λ^((d^i − d)/(d − 1)) over
     * i ≥ 1 (Mitzenmacher 1996; Vvedenskaya et al. 1996).
     */
    static double choices(int d, double load) {
        double sum = 0;
        for (int i = 1; i < 1000; i++) {
            double exponent = d == 1 ? i - 1 : (Math.pow(d, i) - d) / (d - 1);
            sum += Math.pow(load, exponent);
        }
        return sum;
    }

    /** One host of {@code cores} cores with Poisson arrivals: 1 + C / (cores (1 − load)), C being Erlang's. */
    static double randomSplit(int cores, double load) {
        return 1 + erlangC(cores, cores * load) / (cores * (1 - load));
    }

    /** The probability that an arrival finds all {@code servers} busy when {@code erlangs} of work are offered. */
    static double erlangC(int servers, double erlangs) {
        double blocked = 1;
        for (int n = 1; n <= servers; n++) {
            blocked = erlangs * blocked / (n + erlangs * blocked);
        }
        return blocked / (1 - erlangs / servers * (1 - blocked));
    }
}
