package io.loadshare.agent.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection over which a test says what it likes. */
final class RawClient implements AutoCloseable {

    private static final int LIMIT_MILLIS = 20_000;

    final Socket socket = new Socket();

    RawClient(TestingAgent agent) throws IOException {
        this(agent, "127.0.0.1");
    }

    /** @param source the address it comes from */
    RawClient(TestingAgent agent, String source) throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(agent.address(), agent.port()), LIMIT_MILLIS);
    }

    RawClient say(String text) throws IOException {
        return say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient say(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    /** All that comes until the agent closes the connection; a reset is an end, too. */
    String hear() throws IOException {
        StringBuilder heard = new StringBuilder();
        byte[] buffer = new byte[8192];
        try {
            int count;
            while ((count = socket.getInputStream().read(buffer)) >= 0) {
                heard.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
        } catch (java.net.SocketException e) {
            // Reset.
        }
        return heard.toString();
    }

    /** What one request over a connection of its own gets for an answer, head and body. */
    static String ask(TestingAgent agent, String method, String path, String headers, String body) throws IOException {
        try (RawClient client = new RawClient(agent)) {
            return client.say(method + " " + path + " HTTP/1.1\r\nHost: h1\r\nConnection: close\r\n" + headers
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .hear();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
