package io.loadshare.agent.server;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Limits open connections. Each connection must make progress: within the time for one step, the client must send a
 * complete request or read a complete response, so slow and vanished clients cost little. When full, the address with
 * the most connections loses its most idle one. Any thread may call.
 */
final class ConnectionLimiter {

    private final int limit;
    private final Duration step;
    private final LongSupplier nanoClock;
    private final Map<Channel, Connection> open = new LinkedHashMap<>();
    private final Map<InetAddress, Integer> counts = new HashMap<>();

    private static final class Connection {
        private final Channel channel;
        private final InetAddress address;
        private long step; // the time of its last progress

        Connection(Channel channel, InetAddress address, long now) {
            this.channel = channel;
            this.address = address;
            this.step = now;
        }
    }

    /**
     * @param limit the maximum number of connections
     * @param step how long a client may take for each step
     * @param nanoClock as {@link System#nanoTime}
     */
    ConnectionLimiter(int limit, Duration step, LongSupplier nanoClock) {
        this.limit = limit;
        this.step = step;
        this.nanoClock = nanoClock;
    }

    /**
     * Adds a new connection.
     *
     * @return the connection to close in its place
     */
    synchronized Optional<Channel> add(Channel channel, InetAddress address) {
        Optional<Channel> given = open.size() < limit ? Optional.empty() : Optional.of(mostDispensable());
        given.ifPresent(this::remove);
        open.put(channel, new Connection(channel, address, nanoClock.getAsLong()));
        counts.merge(address, 1, Integer::sum);
        return given;
    }

    private Channel mostDispensable() {
        InetAddress greediest = counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        long now = nanoClock.getAsLong();
        return open.values().stream()
                .filter(connection -> connection.address.equals(greediest))
                .max(Comparator.comparingLong(connection -> now - connection.step))
                .orElseThrow()
                .channel;
    }

    /** Records progress of a connection. */
    synchronized void step(Channel channel) {
        Connection connection = open.get(channel);
        if (connection != null) {
            connection.step = nanoClock.getAsLong();
        }
    }

    synchronized void remove(Channel channel) {
        Connection connection = open.remove(channel);
        if (connection != null) {
            counts.computeIfPresent(connection.address, (address, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Returns the connections without progress in time. */
    synchronized List<Channel> late() {
        List<Channel> late = new ArrayList<>();
        long now = nanoClock.getAsLong();
        for (Connection connection : open.values()) {
            if (now - connection.step > step.toNanos()) {
                late.add(connection.channel);
            }
        }
        return late;
    }

    synchronized int size() {
        return open.size();
    }
}
