package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A network between client and server that can swallow everything, as a cut cable does, and be mended for new connections. */
final class Relay implements AutoCloseable {

    private final String address;
    private final int port;
    private final RawServer server;
    private volatile int frozen;

    Relay(String address, int port) {
        this.address = address;
        this.port = port;
        this.server = new RawServer(this::relay);
    }

    private void relay(Socket client, int number) throws IOException, InterruptedException {
        join(client, address, port, () -> awaitThaw(number));
    }

    private interface Gate {
        void pass() throws InterruptedException;
    }

    /** Connects a client with a server until one of them ends. */
    static void join(Socket client, String address, int port) throws IOException, InterruptedException {
        join(client, address, port, () -> {});
    }

    private static void join(Socket client, String address, int port, Gate gate)
            throws IOException, InterruptedException {
        try (Socket host = new Socket(address, port)) {
            Thread back = new Thread(() -> pump(host, client, gate), "relay");
            back.setDaemon(true);
            back.start();
            pump(client, host, gate);
            back.join();
        }
    }

    private static void pump(Socket from, Socket to, Gate gate) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            int count;
            while ((count = in.read(buffer)) >= 0) {
                gate.pass();
                to.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // One of them has gone.
        }
    }

    private synchronized void awaitThaw(int number) throws InterruptedException {
        while (number <= frozen) {
            wait();
        }
    }

    /** Nothing more passes on the connections there are. */
    synchronized void freeze() {
        frozen = server.accepted();
    }

    int connections() {
        return server.accepted();
    }

    Host host() {
        return server.host();
    }

    @Override
    public void close() {
        server.close();
    }
}
