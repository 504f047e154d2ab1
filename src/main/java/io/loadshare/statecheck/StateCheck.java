package io.loadshare.statecheck;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.load.HostStatus;
import io.loadshare.statecheck.StateFinding.Guarantee;
import io.loadshare.statecheck.StateFinding.Verdict;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateLock;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Tests whether a state directory keeps its guarantees to several processes and hosts. This process changes something
 * there, and another one, a shell on the other host, reports what it sees. Used once, by one thread.
 *
 * <p>It cannot test locks on a host without python3 and perl (or flock(1) on NFS), a crash of the file server, and
 * intermittent failures.
 */
public final class StateCheck {

    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(20);
    private static final int REPLACEMENTS = 50;
    private static final int LENGTH = 1000;

    private final StateDirectory state;
    private final Transport transport;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final String mark;
    private final String prefix;
    private final List<StateFinding> findings = new ArrayList<>();

    /** @param seed generates names that no other check uses at the same time */
    public StateCheck(
            StateDirectory state, Transport transport, InstantSource clock, LongSupplier nanoClock, long seed) {
        this.state = state;
        this.transport = transport;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.mark = "loadshare-check-" + Long.toHexString(seed);
        this.prefix = "check." + mark + ".";
    }

    /**
     * Runs all tests with another process on each host; a local host is this machine. Takes seconds for each host, and
     * a minute or two where changes become visible late or never.
     *
     * @throws LoadshareException of kind STATE if this process cannot write to the directory
     */
    public List<StateFinding> run(List<Host> hosts) {
        state.prepare();
        try {
            for (Host host : hosts) {
                check(host);
                removeFiles();
            }
        } catch (IOException e) {
            throw AtomicFile.failure("check state directory", state.path(), e);
        }
        return List.copyOf(findings);
    }

    private void check(Host host) throws IOException {
        try (Session session = transport.connect(host, Deadline.after(CHECK_TIMEOUT, nanoClock))) {
            StatePeer peer = new StatePeer(session, mark, nanoClock);
            if (checkShared(peer)) {
                checkExclusive(peer);
                checkLocks(peer);
                checkWhole(peer);
                checkVisible(peer);
            }
            checkClocks(peer);
        } catch (LoadshareException e) {
            if (e.kind() == LoadshareException.Kind.STATE) {
                throw e;
            }
            findings.add(new StateFinding(host, Guarantee.SHARED, Verdict.UNTESTED, e.getMessage()));
        }
    }

    private boolean checkShared(StatePeer peer) {
        write("seen", prefix);
        String answer = peer.await(path("seen"), prefix);
        boolean seen = answer.startsWith("seen");
        found(
                peer,
                Guarantee.SHARED,
                seen,
                seen
                        ? "a new file is seen after " + seconds(answer)
                        : "a file written here is not seen there within " + StatePeer.VISIBLE.toSeconds() + " s: "
                                + state.path() + " is another directory there, or none, or closed to " + peer.user());
        return seen;
    }

    private void checkExclusive(StatePeer peer) throws IOException {
        AtomicFile.create(path("ours"), new byte[0], state.access());
        boolean exists = peer.ask("create", path("ours")).equals("exists");
        boolean made = peer.ask("create", path("theirs")).equals("made");
        boolean madeTwice = AtomicFile.create(path("theirs"), new byte[0], state.access());
        if (exists && !made) {
            untested(peer, Guarantee.EXCLUSIVE, "no file can be made there; is it read-only?");
            return;
        }
        boolean holds = exists && !madeTwice;
        found(
                peer,
                Guarantee.EXCLUSIVE,
                holds,
                holds ? "of two that make the same file one succeeds" : "both can make the same file");
    }

    @SuppressWarnings("try") // the lock is held, not used
    private void checkLocks(StatePeer peer) {
        Deadline deadline = Deadline.after(CHECK_TIMEOUT, nanoClock);
        String whileHeld;
        try (StateLock lock = StateLock.take(path("lock"), state.access(), deadline)
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.STATE, "cannot lock " + path("lock") + ": it is held"))) {
            whileHeld = peer.ask("lock", path("lock"));
        } catch (IOException e) {
            found(peer, Guarantee.LOCKS, false, "no lock can be taken here: " + e.getMessage());
            return;
        }
        String afterwards = peer.ask("lock", path("lock"));
        if (whileHeld.equals("untested")) {
            untested(peer, Guarantee.LOCKS, "the host has no program to test locks with; install python3 or perl");
        } else if (!whileHeld.equals("held")) {
            found(peer, Guarantee.LOCKS, false, "a lock that is held here is " + whileHeld + " there");
        } else if (!afterwards.equals("taken")) {
            found(peer, Guarantee.LOCKS, false, "a lock that was given back here is " + afterwards + " there");
        } else {
            found(peer, Guarantee.LOCKS, true, "a lock that is held here cannot be taken there");
        }
    }

    private void checkWhole(StatePeer peer) {
        write("whole", "a".repeat(LENGTH));
        CompletableFuture<String> writer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        writer.complete(peer.ask("replace", path("whole"), REPLACEMENTS));
                    } catch (RuntimeException e) {
                        writer.completeExceptionally(e);
                    }
                },
                "loadshare-state-check");
        thread.setDaemon(true);
        thread.start();
        int reads = 0;
        String broken = null;
        while (!writer.isDone() && broken == null) {
            broken = readWhole();
            reads++;
        }
        if (broken != null) {
            found(peer, Guarantee.WHOLE, false, "while it was replaced there, " + broken);
        } else if (writer.isCompletedExceptionally() || !writer.join().equals("done")) {
            untested(peer, Guarantee.WHOLE, "no file can be replaced there");
        } else {
            String words = "read " + reads + " times while it was replaced there " + 2 * REPLACEMENTS + " times";
            found(peer, Guarantee.WHOLE, true, words);
        }
    }

    /** Returns the problem with the file that is being replaced; null if it is complete. */
    private String readWhole() {
        byte[] text;
        try {
            text = AtomicFile.read(path("whole"), 10 * LENGTH).orElse(null);
        } catch (LoadshareException e) {
            return "it could not be read: " + e.getMessage();
        }
        if (text == null) {
            return "the file was missing";
        }
        byte[] expected = new byte[LENGTH];
        Arrays.fill(expected, text.length == 0 ? (byte) 'a' : text[0]);
        return Arrays.equals(text, expected) ? null : "a part of it was read (" + text.length + " bytes)";
    }

    /** Lets the other side read both files before they change, so that it may cache what it saw. */
    private void checkVisible(StatePeer peer) throws IOException {
        write("grows", "first\n");
        peer.await(path("grows"), "first");
        peer.ask("remember", path("grows"), path("comes"));
        Files.writeString(path("grows"), "second\n", StandardOpenOption.APPEND);
        write("comes", prefix);
        String grown = peer.await(path("grows"), "second");
        String come = peer.await(path("comes"), prefix);
        boolean holds = grown.startsWith("seen") && come.startsWith("seen");
        found(
                peer,
                Guarantee.VISIBLE,
                holds,
                holds
                        ? "what is added to a file is seen after " + seconds(grown) + ", a file that was missing after "
                                + seconds(come) + " more"
                        : "what is added here is not seen there within " + StatePeer.VISIBLE.toSeconds() + " s");
    }

    private void checkClocks(StatePeer peer) {
        Instant before = clock.instant();
        String answer = peer.ask("clock");
        Duration uncertain = Duration.between(before, clock.instant()).dividedBy(2);
        Instant there;
        try {
            int point = answer.indexOf('.');
            long nanos = Long.parseLong((answer.substring(point + 1) + "000000000").substring(0, 9));
            there = Instant.ofEpochSecond(Long.parseLong(answer.substring(0, point)), nanos);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            untested(peer, Guarantee.CLOCKS, "date +%s.%N printed '" + answer + "' there");
            return;
        }
        Duration ahead = Duration.between(before.plus(uncertain), there);
        boolean holds = ahead.abs().minus(uncertain).compareTo(HostStatus.CLOCK_TOLERANCE) <= 0;
        String words = "its clock is " + seconds(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead") + " (± "
                + seconds(uncertain) + ")";
        found(peer, Guarantee.CLOCKS, holds, holds ? words : words + "; synchronize it with NTP");
    }

    private void found(StatePeer peer, Guarantee guarantee, boolean holds, String words) {
        findings.add(new StateFinding(peer.host(), guarantee, holds ? Verdict.HOLDS : Verdict.BROKEN, words));
    }

    private void untested(StatePeer peer, Guarantee guarantee, String words) {
        findings.add(new StateFinding(peer.host(), guarantee, Verdict.UNTESTED, words));
    }

    private Path path(String name) {
        return state.path().resolve(prefix + name);
    }

    private void write(String name, String text) {
        AtomicFile.write(path(name), text.getBytes(StandardCharsets.UTF_8), state.access());
    }

    private void removeFiles() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(state.path(), prefix + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Returns the time in an answer {@code seen TENTHS}. */
    private static String seconds(String answer) {
        return seconds(Duration.ofMillis(100 * Long.parseLong(answer.substring("seen ".length()))));
    }

    private static String seconds(Duration duration) {
        return (duration.toMillis() + 50) / 100 / 10.0 + " s";
    }
}
