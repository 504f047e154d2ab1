package io.loadshare.agent.server;

import java.net.InetAddress;
import java.time.Instant;

/**
 * A query without a start or a retreat so far.
 *
 * @param secret authorizes starting a job and ending it
 */
record OpenQuery(String id, String secret, InetAddress client, Instant expiresAt) {}
