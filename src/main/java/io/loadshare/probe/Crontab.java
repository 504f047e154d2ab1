package io.loadshare.probe;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Edits the crontab of the login user on hosts. A script on the host ({@code crontab.sh}) does this under a lock, so
 * concurrent healers create one entry. Any thread may call.
 */
public final class Crontab {

    private static final String SCRIPT = resource();
    private static final int ANSWER_LIMIT = 64 * 1024;

    private final Transport transport;
    private final CronEntry entry;
    private final RandomGenerator random;

    /** The operation. */
    public enum Action {
        /**
         * Install the entry if there is none. A different entry stays, so that healers with different configurations do
         * not conflict.
         */
        HEAL,
        INSTALL,
        REMOVE,
        STATUS
    }

    /** The result. */
    public enum State {
        PRESENT,
        /** There is an entry with another program, other options or another interval. */
        DIFFERS,
        ABSENT,
        INSTALLED,
        REMOVED
    }

    /** @param words a remark, such as why the entry does not work; may be empty */
    public record Finding(State state, String words) {}

    /** @param random generates markers that no login shell prints */
    public Crontab(Transport transport, CronEntry entry, RandomGenerator random) {
        this.transport = transport;
        this.entry = entry;
        this.random = random;
    }

    /**
     * @throws LoadshareException if the host cannot be reached, or the crontab cannot be read or changed, with the
     *     host's own message; the crontab is then unchanged
     */
    public Finding act(Host host, Action action, Deadline deadline) {
        String nonce = "loadshare-cron-" + Long.toHexString(random.nextLong() | Long.MIN_VALUE);
        String script = "nonce=" + nonce
                + "\nhost=" + ShellWords.quote(host.name().value())
                + "\naction=" + action.name().toLowerCase(Locale.ROOT)
                + "\nentry=" + ShellWords.quote(entry.line())
                + "\nprogram=" + ShellWords.quote(entry.program())
                + "\njava=" + ShellWords.quote(entry.java())
                + "\n" + SCRIPT;
        try (Session session = transport.connect(host, deadline)) {
            CommandResult result =
                    session.run(Probe.COMMAND, script.getBytes(StandardCharsets.UTF_8), ANSWER_LIMIT, deadline);
            return result.stdoutText()
                    .lines()
                    .filter(line -> line.startsWith(nonce + " "))
                    .findFirst()
                    .map(line -> finding(line.substring(nonce.length() + 1)))
                    .orElseThrow(() -> new LoadshareException(
                            LoadshareException.Kind.UNAVAILABLE,
                            "no answer about the crontab; on stderr '"
                                    + Quoted.printable(result.stderrText().strip()) + "'"));
        }
    }

    private static Finding finding(String answer) {
        String[] parts = answer.split(" ", 2);
        String words = Quoted.printable(parts[1]);
        if (parts[0].equals("failed")) {
            throw new LoadshareException(LoadshareException.Kind.UNAVAILABLE, words);
        }
        return Arrays.stream(State.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(parts[0]))
                .findFirst()
                .map(state -> new Finding(state, words))
                .orElseThrow(() ->
                        new LoadshareException(LoadshareException.Kind.DATA, "unexpected answer '" + words + "'"));
    }

    private static String resource() {
        try (InputStream in = Crontab.class.getResourceAsStream("crontab.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read crontab.sh from the program itself", e);
        }
    }
}
