package io.loadshare.agent;

import java.net.InetAddress;

/**
 * A whole HTTP request.
 *
 * @param path what is asked for, without a query string
 * @param accept the header of that name, or empty (authorization likewise)
 */
record ApiRequest(String method, String path, String accept, String authorization, byte[] body, InetAddress client) {}
