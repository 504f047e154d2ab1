package io.loadshare.desktop;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.job.ssh.RemoteScript;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What a host knows about a desktop.
 *
 * @param desktop the desktop, if a viewer can connect
 */
record DesktopState(Kind kind, Optional<Desktop> desktop) {

    private static final int ANSWER_LIMIT = 4096;

    enum Kind {
        READY,
        /** The host does not know it yet, or not any more. */
        ABSENT,
        STARTING,
        /** It has ended, as its job shows. */
        ENDED,
        /** Its server has ended, although its job does not show that. */
        GONE;

        boolean isOver() {
            return this == ENDED || this == GONE;
        }
    }

    /**
     * Asks a host, which answers once the desktop is ready or over.
     *
     * @param definitions those of {@link DesktopJob}
     * @param limit how long it waits for that at most; the deadline must leave time for it
     */
    static DesktopState of(
            Transport transport, Host host, String id, String definitions, Duration limit, Deadline deadline) {
        String library = definitions + "limit=" + limit.toMillis() / 100 + "\n" + DesktopJob.resource("state.sh");
        byte[] script = RemoteScript.script(library, "find_desktop", "");
        try (Session session = transport.connect(host, deadline)) {
            byte[] answer = RemoteScript.run(session, script, ANSWER_LIMIT, deadline);
            return parse(host, id, new String(answer, StandardCharsets.UTF_8).strip());
        }
    }

    private static DesktopState parse(Host host, String id, String answer) {
        String[] words = answer.split(" ");
        if (words.length == 3 && words[0].equals("ready") && words[1].matches(":\\d+") && words[2].matches("-?\\d+")) {
            Duration idle = Duration.ofSeconds(Math.max(0, Long.parseLong(words[2])));
            return new DesktopState(Kind.READY, Optional.of(new Desktop(host, id, words[1], idle)));
        }
        Kind kind =
                switch (answer) {
                    case "absent" -> Kind.ABSENT;
                    case "starting" -> Kind.STARTING;
                    case "ended" -> Kind.ENDED;
                    case "gone" -> Kind.GONE;
                    default ->
                        throw new LoadshareException(
                                LoadshareException.Kind.UNAVAILABLE,
                                "the desktops on " + host.name() + " are not known: the answer was '"
                                        + Quoted.printable(answer) + "'");
                };
        return new DesktopState(kind, Optional.empty());
    }
}
