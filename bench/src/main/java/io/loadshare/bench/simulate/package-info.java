/**
 * How well jobs are placed, by simulation.
 *
 * <ul>
 *   <li>The world: a {@link io.loadshare.bench.simulate.Scenario} says what hosts and jobs there are, {@code Workload} makes
 *       the jobs, {@code SimulatedHost} runs them, and {@code Simulation} lets all of it happen in time. Start there.
 *   <li>The decision: a {@code Policy}. {@code LoadsharePolicy} is the product's own code; {@code Policies} are those of the
 *       literature, {@code Products} other programs. {@code PolicyCatalog} gives them their names.
 *   <li>The figures: {@code Recorder} takes down one run, {@code Summary} sums several up, {@code Results} makes tables of
 *       them, {@code Targets} compares them with what they should be.
 *   <li>What is run: the tables of {@code Experiment}, by {@code Runner}, from {@code SimulateCommand}.
 * </ul>
 */
package io.loadshare.bench.simulate;
