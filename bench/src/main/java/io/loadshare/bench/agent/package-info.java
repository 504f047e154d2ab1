/** The benchmarks of agents: the cost of querying them, and the cost of an agent to its host. */
package io.loadshare.bench.agent;
