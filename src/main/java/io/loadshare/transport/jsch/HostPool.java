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
 * <p>A server allows so many sessions on a connection (MaxSessions, 10 by default; if it is fewer, that shows when it
 * refuses one). Beyond these a shared command waits two seconds for one to end, since most take milliseconds, and then
 * opens one more connection, since it could wait for ever. Connections beyond one are closed when they fall idle.
 */
final class HostPool {

    private static final int MAX_SESSIONS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

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
        private int most = MAX_SESSIONS;
        private boolean used;
        private boolean retired;

        private Lease(Connection connection) {
            this.connection = connection;
        }

        Connection connection() {
            return connection;
        }

        /** Whether no command has been started on it yet. */
        boolean isNew() {
            lock.lock();
            try {
                return !used;
            } finally {
                lock.unlock();
            }
        }

        /** The command was started. */
        void started() {
            lock.lock();
            try {
                used = true;
            } finally {
                lock.unlock();
            }
        }

        /** Gives the place of a command that ended back. */
        void release(Use use) {
            HostPool.this.release(this, use);
        }

        /**
         * Gives the place back because the server refused one more channel.
         *
         * @return whether there is no other command, so that those that were abandoned hold all sessions
         */
        boolean refused(Use use) {
            boolean held;
            lock.lock();
            try {
                most = commands - 1;
                held = most == 0;
                retired = retired || held;
            } finally {
                lock.unlock();
            }
            release(use);
            return held;
        }

        /** Gives the place of a command that was not started back; it takes no more and is closed with its last. */
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
                } else if (!full || patience.hasPassed()) {
                    break;
                } else {
                    awaitChange(patience);
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
            if (lease.commands == 0) {
                lease.most = MAX_SESSIONS;
            }
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
