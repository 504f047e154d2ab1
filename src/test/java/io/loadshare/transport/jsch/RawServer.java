package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP server that does to each connection what a test says, on a thread each. */
final class RawServer implements AutoCloseable {

    /** What to do with the connection of a number, from 1. */
    interface Behaviour {
        void serve(Socket socket, int number) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    RawServer(Behaviour behaviour) {
        this.behaviour = behaviour;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private synchronized void start(Runnable task) {
        Thread thread = new Thread(task, "raw server");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                int number = accepted.incrementAndGet();
                synchronized (this) {
                    sockets.add(socket);
                }
                start(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            behaviour.serve(socket, number);
        } catch (IOException | InterruptedException e) {
            // The client or the test has gone.
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections there were. */
    int accepted() {
        return accepted.get();
    }

    Host host() {
        return hostAt(port());
    }

    static Host hostAt(int port) {
        return new Host(
                new HostName("faulty"),
                "127.0.0.1",
                OptionalInt.of(port),
                Optional.empty(),
                Set.of(),
                1.0,
                false,
                Optional.empty());
    }

    @Override
    public synchronized void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.forEach(Thread::interrupt);
    }
}
