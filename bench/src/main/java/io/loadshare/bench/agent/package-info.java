/** What asking agents costs, and what an agent costs its host. */
package io.loadshare.bench.agent;
