/** How fast loadshare decides, measured with JMH: start at {@link io.loadshare.bench.decide.DecisionBenchmark}. */
package io.loadshare.bench.decide;
