package io.loadshare.cli.services;

import io.loadshare.host.Host;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.external.SshCommand;
import io.loadshare.transport.openssh.LocalUser;
import java.util.List;
import java.util.Optional;

/** The display of this program's user, if there is one, and how programs on hosts reach it. */
public record DisplayAccess(LocalUser caller) {

    public Optional<String> name() {
        return caller.variable("DISPLAY");
    }

    /** Returns whether a host is the machine that has the display. */
    public boolean isBeside(Host host) {
        boolean here = host.local()
                || (ThisProcess.hostName() + ".").startsWith(host.name().value() + ".");
        return here && name().filter(display -> display.startsWith(":")).isPresent();
    }

    /** Returns a transport for programs that show windows on the display, by OpenSSH's own X forwarding. */
    Transport transport(SshSettings settings) {
        Transport ssh = new ExternalTransport(command(settings), caller);
        return DisplayTransport.over(ssh, host -> !isBeside(host));
    }

    private static List<String> command(SshSettings ssh) {
        List<String> words = SshCommand.of(ssh);
        if (!words.contains("-Y")) {
            words.add("-X");
        }
        return words;
    }
}
