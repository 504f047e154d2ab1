package io.loadshare.agent.server;

import java.net.InetAddress;

/**
 * A complete HTTP request.
 *
 * @param path the path without the query string
 * @param accept the header of that name, or empty (the same for {@code authorization})
 */
record ApiRequest(String method, String path, String accept, String authorization, byte[] body, InetAddress client) {}
