package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The kept connections to one host. Any thread may call.
 *
 * <p>Commands whose output is gathered share a connection. A command whose output is streamed has one alone: JSch reads
 * a connection by one thread, so that a reader who pauses (a full pipe, a stopped terminal) would hold up all others. Only
 * commands that print next to nothing may be with it, since they do not depend on being read.
 *
 * <p>A server allows so many sessions on a connection (MaxSessions, 10 by default). How many shows when it refuses one;
 * then a shared command waits a second for one to end, since most take milliseconds, and after that opens one more
 * connection, since it could wait for ever. Connections beyond one are closed when they fall idle.
 */
final class HostPool {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Host host;
    private final Function<Deadline, Connection> opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Lease> open = new ArrayList<>();
    private int opening;
    private boolean closed;

    /** @param opener logs in, or throws TransportFailure */
    HostPool(Host host, Function<Deadline, Connection> opener) {
        this.host = host;
        this.opener = opener;
    }

    /** How a command uses its connection. */
    enum Use {
        /** Its output is gathered. */
        SHARED,
        /** It prints next to nothing. */
        QUIET,
        /** Its output is streamed. */
        ALONE
    }

    /** A connection with the number of commands on it. */
    final class Lease {
        private final Connection connection;
        private int commands;
        private int quiet;
        private boolean alone;
        private int most = Integer.MAX_VALUE;
        private boolean retired;
        private volatile boolean used;

        private Lease(Connection connection) {
            this.connection = connection;
        }

        Connection connection() {
            return connection;
        }

        /** Gives one command's place back. */
        void release(Use use) {
            HostPool.this.release(this, use);
        }

        /** Whether no command has been started on it yet. */
        boolean isNew() {
            return !used;
        }

        /** A command was started on it. */
        void used() {
            used = true;
        }

        /**
         * Gives the place back because the server refused one more channel.
         *
         * @return whether it was the only command, so that those that were abandoned hold all sessions
         */
        boolean refused(Use use) {
            lock.lock();
            try {
                most = commands - 1;
                retired = retired || most == 0;
                return most == 0;
            } finally {
                lock.unlock();
                release(use);
            }
        }

        /** Takes no more commands; it is closed when the last has ended. */
        void retire(Use use) {
            lock.lock();
            try {
                retired = true;
            } finally {
                lock.unlock();
            }
            release(use);
        }

        private boolean isUsable() {
            return !retired && connection.isAlive();
        }

        private boolean hasRoom() {
            return isUsable() && !alone && commands < most;
        }

        private boolean isIdle() {
            return commands == 0 && isUsable();
        }

        private boolean hasRoomForStream() {
            return hasRoom() && commands == quiet;
        }

        private void add(Use use) {
            commands++;
            quiet += use == Use.QUIET ? 1 : 0;
            alone |= use == Use.ALONE;
        }

        private void remove(Use use) {
            commands--;
            quiet -= use == Use.QUIET ? 1 : 0;
            alone &= use != Use.ALONE;
        }
    }

    /** Makes sure that there is a connection. */
    void ensure(Deadline deadline) {
        dropDead();
        lock.lock();
        try {
            if (open.stream().anyMatch(Lease::isUsable)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        take(Use.SHARED, false, deadline).release(Use.SHARED);
    }

    /**
     * A place for one command.
     *
     * @param fresh whether it must be a new connection
     */
    Lease take(Use use, boolean fresh, Deadline deadline) {
        dropDead();
        if (use == Use.ALONE) {
            Optional<Lease> kept = fresh ? Optional.empty() : withRoomForStream();
            return kept.isPresent() ? kept.get() : add(opener.apply(deadline), use);
        }
        Optional<Lease> kept = awaitShared(use, fresh, deadline);
        return kept.isPresent() ? kept.get() : openShared(use, deadline);
    }

    private Optional<Lease> withRoomForStream() {
        lock.lock();
        try {
            Optional<Lease> kept = open.stream().filter(Lease::hasRoomForStream).findFirst();
            kept.ifPresent(lease -> lease.add(Use.ALONE));
            return kept;
        } finally {
            lock.unlock();
        }
    }

    /** A kept connection; or empty if the caller is to open one more, which others then wait for. */
    private Optional<Lease> awaitShared(Use use, boolean fresh, Deadline deadline) {
        Deadline patience = deadline.within(PATIENCE);
        lock.lock();
        try {
            while (!fresh) {
                requireOpen();
                Optional<Lease> kept = open.stream().filter(Lease::hasRoom).findFirst();
                if (kept.isPresent()) {
                    kept.get().add(use);
                    return kept;
                }
                boolean full = open.stream().anyMatch(lease -> lease.isUsable() && !lease.alone);
                if (opening > 0) {
                    if (!awaitChange(deadline)) {
                        throw TransportFailure.timedOut(host, "accept a login", deadline);
                    }
                } else if (!full || !awaitChange(patience)) {
                    break;
                }
            }
            opening++;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitChange(Deadline deadline) {
        try {
            return changed.awaitNanos(deadline.remaining().toNanos()) > 0;
        } catch (InterruptedException e) {
            throw TransportFailure.interrupted(host);
        }
    }

    private Lease openShared(Use use, Deadline deadline) {
        try {
            return add(opener.apply(deadline), use);
        } finally {
            lock.lock();
            try {
                opening--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private Lease add(Connection connection, Use use) {
        lock.lock();
        try {
            requireOpen();
            Lease lease = new Lease(connection);
            lease.add(use);
            open.add(lease);
            return lease;
        } catch (TransportFailure e) {
            connection.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new TransportFailure(
                    TransportFailure.Reason.LOST, "the transport to " + host.name() + " is closed", null);
        }
    }

    private void release(Lease lease, Use use) {
        boolean drop;
        lock.lock();
        try {
            lease.remove(use);
            boolean spare = open.stream().anyMatch(other -> other != lease && other.isIdle());
            drop = lease.commands == 0 && (!lease.isUsable() || spare);
            if (drop) {
                open.remove(lease);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (drop) {
            lease.connection.close();
        }
    }

    /** Connections that ended while nobody used them. */
    private void dropDead() {
        List<Lease> dead;
        lock.lock();
        try {
            dead = open.stream()
                    .filter(lease -> lease.commands == 0 && !lease.isUsable())
                    .toList();
            open.removeAll(dead);
        } finally {
            lock.unlock();
        }
        dead.forEach(lease -> lease.connection.close());
    }

    void close() {
        List<Lease> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(open);
            open.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        all.forEach(lease -> lease.connection.close());
    }
}
