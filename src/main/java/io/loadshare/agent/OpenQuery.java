package io.loadshare.agent;

import java.net.InetAddress;
import java.time.Instant;

/**
 * A client's question that has led to neither start nor retreat yet.
 *
 * @param secret who knows it may start a job, and end that
 */
record OpenQuery(String id, String secret, InetAddress client, Instant expiresAt) {}
