package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The kept connections to one host. It is safe for use by several threads.
 *
 * <p>Commands whose output is collected share a connection. A command whose output is streamed has a connection of its
 * own: JSch reads a connection with one thread, so a reader that pauses (a full pipe, a stopped terminal) would block
 * all others. Only commands that print almost nothing may share it, since they do not depend on being read.
 *
 * <p>A server limits the sessions on a connection (MaxSessions, 10 by default; a lower limit shows when the server
 * refuses a session). Beyond the limit, a shared command waits two seconds for another to end, since most take
 * milliseconds, and then opens one more connection, since it could wait forever. Connections beyond one are closed when
 * they become idle.
 */
final class HostPool {

    private static final int MAX_SESSIONS = 10;
    private static final Duration SESSION_WAIT_LIMIT = Duration.ofSeconds(2);

    private final Host host;
    private final Function<Deadline, Connection> opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Member> members = new ArrayList<>();
    private int opening;
    private boolean closed;

    /** @param opener logs in, or throws TransportException */
    HostPool(Host host, Function<Deadline, Connection> opener) {
        this.host = host;
        this.opener = opener;
    }

    /** The way a command uses its connection. */
    enum Use {
        /** Its output is collected. */
        SHARED,
        /** It prints almost nothing. */
        QUIET,
        /** Its output is streamed. */
        ALONE
    }

    /** A connection and the commands that have a place on it. Guarded by the lock. */
    private static final class Member {
        private final Connection connection;
        private int commands;
        private int quiet;
        private int started;
        private int ended;
        private int most = MAX_SESSIONS;
        private boolean alone;
        private boolean retired;

        private Member(Connection connection) {
            this.connection = connection;
        }

        private boolean isUsable() {
            return !retired && connection.isAlive();
        }

        private boolean isIdle() {
            return commands == 0 && isUsable();
        }

        private boolean hasRoom() {
            return isUsable() && !alone && commands < most;
        }

        private boolean hasRoomForStream() {
            return hasRoom() && commands == quiet;
        }
    }

    /**
     * The place of one command on a connection, until one of its methods other than {@link #started} returns it,
     * exactly once.
     */
    final class Place {
        private final Member member;
        private final Use use;
        private final boolean onNewConnection;
        private final int endedBefore;

        private Place(Member member, Use use) {
            this.member = member;
            this.use = use;
            this.onNewConnection = member.started == 0;
            this.endedBefore = member.ended;
            member.commands++;
            member.quiet += use == Use.QUIET ? 1 : 0;
            member.alone |= use == Use.ALONE;
        }

        Connection connection() {
            return member.connection;
        }

        /** Returns whether no command had been started on the connection before. */
        boolean isOnNewConnection() {
            return onNewConnection;
        }

        void started() {
            locked(() -> member.started++);
        }

        void ended() {
            locked(() -> member.ended++);
            giveBack(this);
        }

        /**
         * Records that the server refused one more channel.
         *
         * @return whether our own commands cannot be the cause: this is the only command of a connection on which none
         *     has ever started
         */
        boolean refused() {
            boolean hopeless = locked(() -> {
                // If a command ended meanwhile, there may be room now.
                boolean crowded = member.ended == endedBefore;
                member.most = crowded ? Math.max(1, member.commands - 1) : member.most;
                // Otherwise abandoned commands that still run occupy all sessions.
                member.retired |= crowded && member.commands == 1;
                return member.retired && member.started == 0;
            });
            giveBack(this);
            return hopeless;
        }

        /**
         * Records that the command was not started. The connection takes no more commands and is closed when its last
         * one has ended.
         */
        void retire() {
            locked(() -> member.retired = true);
            giveBack(this);
        }
    }

    /** Ensures that a connection exists. */
    void ensure(Deadline deadline) {
        dropDead();
        if (!locked(() -> members.stream().anyMatch(Member::isUsable))) {
            take(Use.SHARED, deadline).ended();
        }
    }

    /** Returns a place for one command, on a kept connection or on a new one. */
    Place take(Use use, Deadline deadline) {
        dropDead();
        if (use == Use.ALONE) {
            Optional<Place> kept = takeForStream();
            return kept.isPresent() ? kept.get() : add(opener.apply(deadline), use);
        }
        Optional<Place> shared = awaitShared(use, deadline);
        return shared.isPresent() ? shared.get() : openShared(use, deadline);
    }

    private Optional<Place> takeForStream() {
        return locked(() -> members.stream()
                .filter(Member::hasRoomForStream)
                .findFirst()
                .map(member -> new Place(member, Use.ALONE)));
    }

    /**
     * Returns a place on a kept connection, or empty if the caller is to open one more connection, for which others
     * then wait.
     */
    private Optional<Place> awaitShared(Use use, Deadline deadline) {
        Deadline patience = deadline.within(SESSION_WAIT_LIMIT);
        lock.lock();
        try {
            while (true) {
                requireOpen();
                Optional<Member> kept = members.stream().filter(Member::hasRoom).findFirst();
                if (kept.isPresent()) {
                    return Optional.of(new Place(kept.get(), use));
                }
                boolean full = members.stream().anyMatch(member -> member.isUsable() && !member.alone);
                if (opening > 0) {
                    awaitChange(deadline);
                } else if (full && !patience.hasPassed()) {
                    awaitChange(patience);
                } else {
                    break;
                }
                if (deadline.hasPassed()) {
                    throw TransportException.timedOut(host, "take one more command", deadline);
                }
            }
            opening++;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void awaitChange(Deadline deadline) {
        try {
            changed.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    private Place openShared(Use use, Deadline deadline) {
        try {
            return add(opener.apply(deadline), use);
        } finally {
            locked(() -> opening--);
        }
    }

    private Place add(Connection connection, Use use) {
        try {
            return locked(() -> {
                requireOpen();
                Member member = new Member(connection);
                members.add(member);
                return new Place(member, use);
            });
        } catch (TransportException e) {
            connection.close();
            throw e;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new TransportException(
                    TransportException.Reason.LOST, "the transport to " + host.name() + " is closed", null);
        }
    }

    private void giveBack(Place place) {
        Member member = place.member;
        boolean drop = locked(() -> {
            member.commands--;
            member.quiet -= place.use == Use.QUIET ? 1 : 0;
            member.alone &= place.use != Use.ALONE;
            if (member.commands == 0) {
                member.most = MAX_SESSIONS;
            }
            boolean spare = members.stream().anyMatch(other -> other != member && other.isIdle());
            return member.commands == 0 && (!member.isUsable() || spare) && members.remove(member);
        });
        if (drop) {
            member.connection.close();
        }
    }

    /** Closes connections that ended while they were not in use. */
    private void dropDead() {
        List<Member> dead = locked(() -> {
            List<Member> found = members.stream()
                    .filter(member -> member.commands == 0 && !member.isUsable())
                    .toList();
            members.removeAll(found);
            return found;
        });
        dead.forEach(member -> member.connection.close());
    }

    void close() {
        List<Member> all = locked(() -> {
            closed = true;
            List<Member> left = List.copyOf(members);
            members.clear();
            return left;
        });
        all.forEach(member -> member.connection.close());
    }

    /** Changes state under the lock, and wakes all threads that wait for a change. */
    private <T> T locked(Supplier<T> change) {
        lock.lock();
        try {
            T result = change.get();
            changed.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }
}
