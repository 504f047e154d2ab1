package io.loadshare.bench.simulate;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The random generators of one run. They are separate, so that a policy's draws do not change the jobs. */
record Seeds(RandomGenerator workload, RandomGenerator outside, RandomGenerator policy) {

    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    Seeds(long seed) {
        this(FACTORY.create(3 * seed), FACTORY.create(3 * seed + 1), FACTORY.create(3 * seed + 2));
    }
}
