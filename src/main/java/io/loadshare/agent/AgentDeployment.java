package io.loadshare.agent;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.RemoteScript;
import io.loadshare.load.ReportText;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Puts agents on hosts, and takes them away, over one session each. To add is also to upgrade: the new program is unpacked
 * beside the old one, takes its place by one rename, and the agent is restarted; jobs go on meanwhile, and the new agent
 * finds them again. Where systemd runs a host, and we are root there, it runs the agent; elsewhere a session of its own
 * does. Any thread may call.
 */
public final class AgentDeployment {

    private static final int ANSWER_LIMIT = 16 * 1024;
    private static final String UNPACK = "exec /bin/sh -c 'read -r d && exec tar -xzof - -C \"$d\"'";
    private static final String DEFINITIONS = resource("deploy.sh");
    private static final String UNIT = resource("loadshare-agent.service");

    /** How long a host may take to let us in: one that is dead must not hold up the others for as long as the work may. */
    private static final Duration TO_CONNECT = Duration.ofSeconds(30);

    private final Transport transport;
    private final Optional<String> into;

    /** @param into the directory on the hosts in which agents live, if it is not the usual one */
    public AgentDeployment(Transport transport, Optional<String> into) {
        this.transport = transport;
        this.into = into;
    }

    /**
     * What to install.
     *
     * @param program an archive (tar, gzip) with bin/loadshare and lib/loadshare
     * @param release a name for it that was never given before; letters, digits, dots and dashes
     * @param configuration gives the agent's configuration, for the directory in which it lives
     * @param token the bearer token, if there is one; written to the file {@code token} there
     */
    public record Plan(byte[] program, String release, UnaryOperator<String> configuration, Optional<String> token) {}

    /**
     * Installs or upgrades the agent of a host, and waits until it listens.
     *
     * @return how it was started, in words
     * @throws LoadshareException if that was not possible, with the host's own words
     */
    public String add(Host host, Plan plan, Deadline deadline) {
        try (Session session = transport.connect(host, deadline.within(TO_CONNECT))) {
            String place = act(session, host, "prepare " + ShellWords.quote(plan.release()), "place", deadline);
            unpack(session, place + "/releases/" + plan.release(), plan.program(), deadline);
            String activate = "activate " + ShellWords.quote(host.name().value()) + " "
                    + ShellWords.quote(plan.release()) + " "
                    + ShellWords.quote(plan.configuration().apply(place)) + " "
                    + ShellWords.quote(plan.token().orElse("")) + " " + ShellWords.quote(unit(host.name(), place));
            return "started " + act(session, host, activate, "started", deadline);
        }
    }

    /** What systemd is told of the agent of a host. */
    static String unit(HostName host, String place) {
        return UNIT.replace(
                "ExecStart=/usr/local/bin/loadshare agent\n",
                "ExecStart=" + place + "/current/bin/loadshare agent --host " + host + "\n"
                        + "Environment=LOADSHARE_CONFIG=" + place + "/config.yaml\n");
    }

    private static void unpack(Session session, String directory, byte[] archive, Deadline deadline) {
        ByteArrayOutputStream stdin = new ByteArrayOutputStream(archive.length + directory.length() + 1);
        stdin.writeBytes((directory + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.writeBytes(archive);
        CommandResult result = session.run(UNPACK, stdin.toByteArray(), ANSWER_LIMIT, deadline);
        if (result.status() != 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE,
                    "the program could not be unpacked in " + directory + ": "
                            + result.stderrText()
                                    .lines()
                                    .limit(2)
                                    .map(ReportText::printable)
                                    .collect(Collectors.joining("; ")));
        }
    }

    /**
     * Ends the agent of a host and removes all that {@link #add} has put there.
     *
     * @return whether there was anything
     */
    public boolean remove(Host host, Deadline deadline) {
        try (Session session = transport.connect(host, deadline.within(TO_CONNECT))) {
            return act(session, host, "remove", "removed", deadline).equals("yes");
        }
    }

    /** Calls a function of {@code deploy.sh}, and gives what it answers after a word. */
    private String act(Session session, Host host, String call, String word, Deadline deadline) {
        String action = "find_place " + ShellWords.quote(host.name().value()) + " " + ShellWords.quote(into.orElse(""))
                + "\n" + call;
        byte[] answer = RemoteScript.run(session, RemoteScript.script(DEFINITIONS, action, ""), ANSWER_LIMIT, deadline);
        for (String line : new String(answer, StandardCharsets.UTF_8).split("\n")) {
            if (line.startsWith(word + " ")) {
                return line.substring(word.length() + 1);
            }
            if (line.startsWith("failed ")) {
                throw new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE, ReportText.printable(line.substring("failed ".length())));
            }
        }
        throw new LoadshareException(
                LoadshareException.Kind.UNAVAILABLE, "the host answered without a word of what came of it");
    }

    private static String resource(String name) {
        try (InputStream in = AgentDeployment.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + " cannot be read", e);
        }
    }
}
