/** How well jobs are placed, by simulation: start at {@link io.loadshare.bench.simulate.Simulation}. */
package io.loadshare.bench.simulate;
