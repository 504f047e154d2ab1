/**
 * The simulator, which measures how well jobs are placed.
 *
 * <ul>
 *   <li>The world: a {@link io.loadshare.bench.simulate.Scenario} describes the hosts and jobs, {@code Workload}
 *       creates the jobs, {@code SimulatedHost} runs them, and {@code Simulation} advances the time. Start
 *       there.
 *   <li>The decision: a {@code Policy}. {@code LoadsharePolicy} is the product's own code, {@code Policies} are
 *       those of the literature, and {@code Products} are those of other programs. {@code PolicyCatalog} names
 *       them.
 *   <li>The figures: {@code Recorder} records one run, {@code Summary} summarizes several, {@code Results}
 *       formats them as tables, and {@code Targets} compares them with the targets.
 *   <li>The runs: {@code SimulateCommand} has {@code Runner} run the tables of {@code Experiment}.
 * </ul>
 */
package io.loadshare.bench.simulate;
