package io.loadshare.cli.services;

import io.loadshare.desktop.Desktop;
import io.loadshare.host.Host;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.external.SshCommand;
import io.loadshare.transport.openssh.Destination;
import io.loadshare.transport.openssh.HostSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The ways for a viewer to reach a desktop, which accepts connections only on a Unix socket of its host.
 *
 * @param host the desktop's host, with the login there
 * @param ssh how OpenSSH's client reaches the host; empty for this machine
 * @param command the command of OpenSSH's client here
 */
public record DesktopConnection(Desktop desktop, Host host, Optional<HostSettings> ssh, List<String> command) {

    /** The TCP port of VNC's first display. */
    private static final int FIRST_PORT = 5900;

    public static DesktopConnection of(Desktop desktop, CommandServices wiring) {
        Host host = wiring.withLogin(desktop.host());
        Optional<HostSettings> ssh = host.local()
                ? Optional.empty()
                : Optional.of(wiring.openSsh()
                        .settings(
                                Destination.of(host),
                                wiring.deadline(wiring.configuration().scan().timeout())));
        return new DesktopConnection(
                desktop, host, ssh, SshCommand.of(wiring.configuration().ssh()));
    }

    private int port() {
        return FIRST_PORT + Integer.parseInt(desktop.display().substring(1));
    }

    /** Returns the command that connects a Unix socket of this machine with the desktop. */
    public List<String> tunnelFromHere(Path socket) {
        return SshCommand.destination(
                command, host, "-N", "-o", "ExitOnForwardFailure=yes", "-L", socket + ":" + desktop.socket());
    }

    /** Returns the command that connects a port of another computer with the desktop, through the host's gateways. */
    public List<String> tunnelFromElsewhere() {
        List<String> words = new ArrayList<>(List.of("ssh", "-N", "-L", port() + ":" + desktop.socket()));
        String user = ssh.map(HostSettings::user).orElse(System.getProperty("user.name"));
        SshAddress address = ssh.map(HostSettings::address)
                .orElseGet(() -> new SshAddress(ThisProcess.hostName(), SshAddress.DEFAULT_PORT, Optional.empty()));
        List<Destination> jumps = ssh.map(HostSettings::jumps).orElse(List.of());
        if (!jumps.isEmpty()) {
            words.addAll(
                    List.of("-J", jumps.stream().map(DesktopConnection::words).collect(Collectors.joining(","))));
        }
        if (address.port() != SshAddress.DEFAULT_PORT) {
            words.addAll(List.of("-p", Integer.toString(address.port())));
        }
        words.add(user + "@" + address.host());
        return words;
    }

    private static String words(Destination jump) {
        return jump.user().map(user -> user + "@").orElse("")
                + jump.address().orElse(jump.name())
                + (jump.port().isPresent() ? ":" + jump.port().getAsInt() : "");
    }

    /** Returns the command of a viewer on the computer with the tunnel. */
    public List<String> viewerElsewhere() {
        return List.of("vncviewer", "localhost::" + port());
    }

    /** Returns how a person connects from another computer. */
    public String instructions() {
        return String.join(
                "\n",
                "To connect, run these commands on your computer, where nobody else is logged in:",
                "  " + ShellWords.join(tunnelFromElsewhere()),
                "  " + ShellWords.join(viewerElsewhere()),
                "On a machine with $DISPLAY and TigerVNC's viewer, 'loadshare desktop' connects by itself.",
                "");
    }
}
