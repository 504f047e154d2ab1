/** The agent on a host: measures it and serves its load, queries and reservations over HTTP. */
package io.loadshare.agent.server;
