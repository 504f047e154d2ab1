package io.loadshare.statecheck;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Another process with the same state directory, perhaps on another host: shells that answer one question each. */
final class StatePeer {

    /** Longer than NFS caches attributes by default (60 s). */
    static final Duration VISIBLE = Duration.ofSeconds(65);

    private static final Duration PEER_TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_OUTPUT = 64 * 1024;

    private final Session session;
    private final LongSupplier nanoClock;
    private final String mark;

    /** @param mark the marker before the answers, which no login shell prints */
    StatePeer(Session session, String mark, LongSupplier nanoClock) {
        this.session = session;
        this.mark = mark;
        this.nanoClock = nanoClock;
    }

    Host host() {
        return session.host();
    }

    String user() {
        return session.user();
    }

    /**
     * Waits until a file with a text becomes visible there.
     *
     * @return whether that was within {@link #VISIBLE}, and after how many tenths of a second: {@code seen 3}, else
     *     {@code unseen}
     */
    String await(Object file, String text) {
        return ask(VISIBLE, "await", file.toString(), text, Long.toString(VISIBLE.toMillis() / 100));
    }

    /**
     * Calls a function of {@code state-check.sh}.
     *
     * @throws LoadshareException of kind UNAVAILABLE if there is no answer
     */
    String ask(String function, Object... arguments) {
        String[] question = new String[arguments.length + 1];
        question[0] = function;
        for (int i = 0; i < arguments.length; i++) {
            question[i + 1] = arguments[i].toString();
        }
        return ask(Duration.ZERO, question);
    }

    private String ask(Duration takes, String... question) {
        String script = "mark=" + mark + "\n" + resource() + ShellWords.join(List.of(question)) + "\n";
        Deadline deadline = Deadline.after(takes.plus(PEER_TIMEOUT), nanoClock);
        CommandResult result =
                session.run("exec /bin/sh", script.getBytes(StandardCharsets.UTF_8), MAX_OUTPUT, deadline);
        return result.stdoutText()
                .lines()
                .filter(line -> line.startsWith(mark + " "))
                .map(line -> line.substring(mark.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        host().name() + " gave no answer: "
                                + result.stderrText().strip()));
    }

    private static String resource() {
        try (InputStream in = StatePeer.class.getResourceAsStream("state-check.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read state-check.sh from the program itself", e);
        }
    }
}
