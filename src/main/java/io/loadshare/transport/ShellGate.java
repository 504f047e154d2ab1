package io.loadshare.transport;

import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.transport.TransportException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * A gate that holds one command back until the host has proved that our own program reads its stdin. A startup file of
 * the login shell may replace the shell, ask a question, or exit; another program would then read, and execute,
 * whatever we send.
 *
 * <p>The login shell gets a fixed line ({@link #loginLine}) that every shell understands: it becomes {@code /bin/sh},
 * prints one marker on stderr and one on stdout, and reads a line from stdin. A marker contains a new random number,
 * which the line holds in two parts, so that a shell that only echoes the line proves nothing. The command itself is
 * sent after both markers have arrived: until then, nothing has been started. Output before a marker comes from startup
 * files and is dropped.
 *
 * <p>Before it prints the markers, the line waits for processes that a startup file left running with our streams: they
 * could read the command's input or write into its output. The command has the environment of the login; a PATH without
 * /usr/bin or /bin gets them appended.
 *
 * <p>On a terminal, stdout and stderr are one stream; there the first marker is the proof, and the second marker
 * follows when the command has been read and the echo, which is off meanwhile, is on again.
 */
public final class ShellGate {

    /**
     * The time limit for startup files, and its share of the deadline, so that the refusal comes before the deadline.
     */
    private static final Duration LOGIN_SHELL_TIMEOUT = Duration.ofSeconds(30);

    private static final double LOGIN_SHELL_SHARE = 0.75;

    /** The minimum time: a login shell that had less time is not at fault. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private static final int SUMMARY = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Shell text that removes functions from the environment, and adds the system's programs to a PATH that lacks them.
     */
    private static final String TIDY = "unset -f cd echo printf read kill wait test 2>/dev/null;"
            + " for d in /usr/bin /bin; do case :$PATH: in *:$d:*) ;; *) PATH=$PATH:$d ;; esac; done; export PATH; ";

    /** Shell text that waits up to 5 s for such processes. It starts no process of its own unless it has to wait. */
    private static final String AWAIT_CHILDREN =
            "n=0; while k=; c=; read -r c 2>/dev/null </proc/$$/task/$$/children; for p in $c; do for i in 0 1 2; do"
                    + " for j in 0 1 2; do [ /proc/$p/fd/$i -ef /proc/$$/fd/$j ] && k=$p; done; done; done; [ $k ]; do"
                    + " n=$((n+1)); [ $n -gt 50 ] && { read -r c </proc/$k/comm; echo a startup file left process $k,"
                    + " $c, running with our input or output; exit 1; }; sleep 0.1 2>/dev/null || sleep 1; done;"
                    + " ";

    private final Host host;
    private final String user;
    private final RemoteCommand command;
    private final boolean terminal;
    private final String one = nonce();
    private final String other = nonce();
    private final String errorMarker;
    private final MarkerFilter start;
    private final MarkerFilter stdout;
    private final MarkerFilter stderr;
    private volatile boolean hadTime;
    private Deadline limit;

    /**
     * @param user the login name, for messages
     * @param stdout receives the command's stdout, and is closed at its end
     * @param stderr receives the command's stderr, and is closed at its end
     */
    public ShellGate(Host host, String user, RemoteCommand command, OutputStream stdout, OutputStream stderr) {
        this.host = host;
        this.user = user;
        this.command = command;
        this.terminal = command.terminal().isPresent();
        this.errorMarker = "{" + one + other + (terminal ? "}" : "}\n");
        this.start = new MarkerFilter("<" + one + other + ">", stdout, this::changed);
        this.stdout = terminal ? new MarkerFilter(errorMarker, start, this::changed) : start;
        this.stderr = new MarkerFilter(errorMarker, stderr, this::changed);
    }

    private static String nonce() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Returns the line for the login shell. It is in single quotes and contains nothing that a shell expands there (!,
     * newline).
     */
    public String loginLine() {
        String numbers = " " + one + " " + other;
        String begin = "printf \"<%s%s>\"" + numbers + "; ";
        String read = "IFS= read -r c || exit; ";
        String act = terminal
                ? "s=$(stty -g); stty -echo; printf \"{%s%s}\"" + numbers + "; " + read + "stty $s; " + begin
                : "printf \"{%s%s}\\n\"" + numbers + " >&2; " + begin + read;
        return "exec /bin/sh -c '" + TIDY + AWAIT_CHILDREN + act + "eval \"$c\"'";
    }

    /** Returns the stream that receives the login's stdout. */
    public OutputStream stdout() {
        return stdout;
    }

    /** Returns the stream that receives the login's stderr. */
    public OutputStream stderr() {
        return stderr;
    }

    private synchronized void changed() {
        notifyAll();
    }

    private boolean isProved() {
        return stdout.isPassing() && (terminal || stderr.isPassing());
    }

    /** Returns whether data of stderr arrived on stdout. */
    private boolean isMerged() {
        return !terminal && stdout.isPassing() && stdout.dropped().contains(errorMarker);
    }

    /** Returns whether the login shell has closed its output. */
    public boolean hasEnded() {
        return stdout.isClosed() && stderr.isClosed();
    }

    /** Returns whether any output arrived that is not ours. */
    public boolean hasPrinted() {
        return !stdout.dropped().isEmpty() || !stderr.dropped().isEmpty();
    }

    /**
     * Waits for the proof, and sends the command.
     *
     * @param stdin the stdin of the login
     * @return whether the command was sent; if not, nothing was started and nothing will be
     * @throws IOException if the command may have been sent
     */
    public boolean open(OutputStream stdin, Deadline deadline) throws IOException {
        Duration share = Duration.ofMillis((long) (deadline.remaining().toMillis() * LOGIN_SHELL_SHARE));
        limit = deadline.within(share).within(LOGIN_SHELL_TIMEOUT);
        hadTime = limit.remaining().compareTo(LEAST) >= 0;
        await(() -> isProved() || isMerged() || hasEnded(), limit);
        if (!isProved()) {
            return false;
        }
        stderr.pass();
        stdin.write(ShellWords.encode(command.wholeLine() + "\n"));
        stdin.flush();
        await(() -> start.isPassing() || hasEnded(), deadline);
        return true;
    }

    private synchronized void await(BooleanSupplier condition, Deadline deadline) {
        try {
            while (!condition.getAsBoolean() && !deadline.hasPassed()) {
                wait(deadline.remainingMillis());
            }
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    /**
     * Explains why nothing was started.
     *
     * @param status the exit status of the login shell, if it ended
     */
    public TransportException refusal(OptionalInt status, Deadline deadline) {
        if (!hadTime && status.isEmpty() && !isMerged()) {
            return TransportException.timedOut(host, "start the command", deadline);
        }
        return new TransportException(
                Reason.LOGIN, "the login shell of " + user + " on " + host.name() + " " + cause(status), null);
    }

    private String cause(OptionalInt status) {
        if (isMerged()) {
            return "sends stderr to stdout in a startup file (exec 2>&1 in ~/.bashrc, for example). Let it do so in"
                    + " interactive shells only";
        }
        String what = status.isPresent()
                ? "ended with status " + status.getAsInt() + " before our command"
                : "did not run our command within " + limit.words();
        return what + " and printed " + printed()
                + ". Look for what starts another shell, asks a question, waits or exits in"
                + " its startup files there (~/.bashrc, ~/.tcshrc), and let them do so in interactive shells only";
    }

    /** Returns the last part of the output that arrived instead of the proof. */
    private String printed() {
        String text = Quoted.printable((stderr.dropped() + " " + stdout.dropped()).strip());
        int from = Math.max(0, text.length() - SUMMARY);
        return text.isEmpty() ? "nothing" : "'" + (from > 0 ? "…" : "") + text.substring(from) + "'";
    }
}
