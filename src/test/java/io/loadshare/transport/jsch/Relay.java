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
        try (Socket host = new Socket(address, port)) {
            Thread back = new Thread(() -> pump(host, client, number), "relay");
            back.setDaemon(true);
            back.start();
            pump(client, host, number);
            back.join();
        }
    }

    private void pump(Socket from, Socket to, int number) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            int count;
            while ((count = in.read(buffer)) >= 0) {
                awaitThaw(number);
                to.getOutputStream().write(buffer, 0, count);
            }
            to.shutdownOutput();
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
