package io.loadshare.bench.simulate;

import java.util.random.RandomGenerator;

/** The distributions of job sizes, all with the same mean. */
enum Sizes {
    EXPONENTIAL {
        @Override
        double draw(double mean, RandomGenerator random) {
            return mean * random.nextExponential();
        }
    },
    /** P(size > x) falls like 1/x^1.1 between bounds a factor of 1000 apart: most jobs short, most work in few. */
    BOUNDED_PARETO {
        private static final double SHAPE = 1.1;
        private static final double SPAN = 1000;

        @Override
        double draw(double mean, RandomGenerator random) {
            double tail = 1 - Math.pow(SPAN, -SHAPE);
            return mean / meanOverLeast() * Math.pow(1 - random.nextDouble() * tail, -1 / SHAPE);
        }

        private static double meanOverLeast() {
            return SHAPE / (SHAPE - 1) * (1 - Math.pow(SPAN, 1 - SHAPE)) / (1 - Math.pow(SPAN, -SHAPE));
        }
    };

    /** Returns a random size from the distribution with mean {@code mean}, in the same unit. */
    abstract double draw(double mean, RandomGenerator random);
}
