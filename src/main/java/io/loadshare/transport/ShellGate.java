package io.loadshare.transport;

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
 * Holds one command back until the host has proved that our own program reads its stdin. A startup file of the login shell
 * may replace the shell, ask a question, or end; whatever we sent would then be read, and executed, by something else.
 *
 * <p>The login shell gets a fixed line ({@link #loginLine}) that every shell understands: it becomes {@code /bin/sh},
 * prints one marker on stderr and one on stdout, and reads a line from stdin. A marker contains a fresh random number, which
 * the line holds in two parts so that a shell that merely shows the line proves nothing. The command itself is sent once both
 * markers came: until then, nothing was started. What precedes a marker comes from startup files and is dropped.
 *
 * <p>Before it prints the markers, the line waits for processes that a startup file left running with our streams: they
 * could read the command's input or write into its output. The command has the environment of the login; /usr/bin and
 * /bin are added to a PATH without them.
 *
 * <p>On a terminal, stdout and stderr are one; there the first marker is the proof, and the second follows when the command
 * was read and the echo, which is off meanwhile, is on again.
 */
public final class ShellGate {

    /** How long startup files may take at most, and as a share of the deadline, so that a refusal comes before that. */
    private static final Duration LOGIN_SHELL_TIMEOUT = Duration.ofSeconds(30);

    private static final double LOGIN_SHELL_SHARE = 0.75;

    /** A login shell that had less time is not to blame. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private static final int SUMMARY = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** For a shell that takes functions from the environment, and for a login whose PATH lacks the system's programs. */
    private static final String TIDY = "unset -f cd echo printf read kill wait test 2>/dev/null;"
            + " for d in /usr/bin /bin; do case :$PATH: in *:$d:*) ;; *) PATH=$PATH:$d ;; esac; done; export PATH; ";

    /** Waits up to 5 s. Without a process of its own unless there is something to wait for. */
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
    private boolean hadTime;
    private Deadline limit;

    /**
     * @param user the login name, for messages
     * @param stdout takes the command's stdout, and is closed at its end
     * @param stderr takes the command's stderr, and is closed at its end
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

    /** The line for the login shell: within single quotes, which hold nothing that a shell expands there (!, newline). */
    public String loginLine() {
        String numbers = " " + one + " " + other;
        String begin = "printf \"<%s%s>\"" + numbers + "; ";
        String read = "IFS= read -r c || exit; ";
        String act = terminal
                ? "s=$(stty -g); stty -echo; printf \"{%s%s}\"" + numbers + "; " + read + "stty $s; " + begin
                : "printf \"{%s%s}\\n\"" + numbers + " >&2; " + begin + read;
        return "exec /bin/sh -c '" + TIDY + AWAIT_CHILDREN + act + "eval \"$c\"'";
    }

    /** Where everything goes that the login prints on stdout. */
    public OutputStream stdout() {
        return stdout;
    }

    /** Where everything goes that the login prints on stderr. */
    public OutputStream stderr() {
        return stderr;
    }

    private synchronized void changed() {
        notifyAll();
    }

    private boolean isProved() {
        return stdout.isPassing() && (terminal || stderr.isPassing());
    }

    /** Whether stdout brought what belongs to stderr. */
    private boolean isMerged() {
        return !terminal && stdout.isPassing() && stdout.dropped().contains(errorMarker);
    }

    /** Whether the login shell has closed its output. */
    public boolean hasEnded() {
        return stdout.isClosed() && stderr.isClosed();
    }

    /** Whether anything came that is not ours. */
    public boolean hasPrinted() {
        return !stdout.dropped().isEmpty() || !stderr.dropped().isEmpty();
    }

    /**
     * Waits for the proof, and sends the command.
     *
     * @param stdin the login's
     * @return whether it was sent; if not, nothing was started and never will be
     * @throws IOException if it may have been sent
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
     * Why nothing was started.
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

    /** The last of what came instead of the proof. */
    private String printed() {
        String text = ShellWords.display((stderr.dropped() + " " + stdout.dropped()).strip());
        int from = Math.max(0, text.length() - SUMMARY);
        return text.isEmpty() ? "nothing" : "'" + (from > 0 ? "…" : "") + text.substring(from) + "'";
    }
}
