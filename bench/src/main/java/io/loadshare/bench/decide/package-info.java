/** The benchmarks of decisions, run with JMH. Start at {@link io.loadshare.bench.decide.DecisionBenchmark}. */
package io.loadshare.bench.decide;
