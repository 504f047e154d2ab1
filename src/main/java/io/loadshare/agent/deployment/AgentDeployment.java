package io.loadshare.agent.deployment;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.ssh.RemoteScript;
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
 * Installs, upgrades and removes agents, over one session per host. An upgrade unpacks the new program beside the old
 * one, replaces it by one rename, and restarts the agent. Jobs continue meanwhile, and the new agent finds them again.
 * On a host with systemd where we are root, systemd runs the agent; elsewhere it runs in its own session. Any thread
 * may call.
 */
public final class AgentDeployment {

    private static final int ANSWER_LIMIT = 16 * 1024;
    private static final String UNPACK = "exec /bin/sh -c 'read -r d && exec tar -xzof - -C \"$d\"'";
    private static final String DEFINITIONS = resource("deploy.sh");
    private static final String UNIT = resource("loadshare-agent.service");

    /** The time limit for a login. A dead host must not delay the others for as long as an installation may take. */
    private static final Duration TO_CONNECT = Duration.ofSeconds(30);

    private final Transport transport;
    private final Optional<String> into;

    /** @param into the installation directory on the hosts, if it is not the default */
    public AgentDeployment(Transport transport, Optional<String> into) {
        this.transport = transport;
        this.into = into;
    }

    /**
     * What to install.
     *
     * @param program an archive (tar, gzip) with bin/loadshare and lib/loadshare
     * @param release a unique name for it: letters, digits, dots and dashes
     * @param configuration returns the agent's configuration for its installation directory
     * @param token the bearer token, if there is one; written to the file {@code token} there
     */
    public record Plan(byte[] program, String release, UnaryOperator<String> configuration, Optional<String> token) {}

    /**
     * Installs or upgrades the agent of a host, and waits until it listens.
     *
     * @return how it was started, as text
     * @throws LoadshareException if that failed, with the host's own message
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

    /** Returns the systemd unit of a host's agent. */
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
                                    .map(Quoted::printable)
                                    .collect(Collectors.joining("; ")));
        }
    }

    /**
     * Stops the agent of a host and removes everything that {@link #add} installed.
     *
     * @return whether anything was installed
     */
    public boolean remove(Host host, Deadline deadline) {
        try (Session session = transport.connect(host, deadline.within(TO_CONNECT))) {
            return act(session, host, "remove", "removed", deadline).equals("yes");
        }
    }

    /** Calls a function of {@code deploy.sh} and returns its answer after the given word. */
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
                        LoadshareException.Kind.UNAVAILABLE, Quoted.printable(line.substring("failed ".length())));
            }
        }
        throw new LoadshareException(LoadshareException.Kind.UNAVAILABLE, "the host did not report a result");
    }

    private static String resource(String name) {
        try (InputStream in = AgentDeployment.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + " cannot be read", e);
        }
    }
}
