/** The client of agents: one request to many agents at a time, and the rounds of queries that choose a host. */
package io.loadshare.agent.client;
