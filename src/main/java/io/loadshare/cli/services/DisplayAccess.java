package io.loadshare.cli.services;

import io.loadshare.host.Host;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.nio.file.Files;
import java.util.ArrayList;
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
        List<String> words = new ArrayList<>(ssh.command());
        if (words.isEmpty()) {
            words.addAll(List.of("ssh", "-o", "BatchMode=yes"));
            if (Files.exists(ssh.config())) {
                words.addAll(List.of("-F", ssh.config().toString()));
            }
            words.addAll(List.of("-o", "UserKnownHostsFile=" + ssh.knownHosts()));
            ssh.identity().ifPresent(identity -> words.addAll(List.of("-i", identity.toString())));
        }
        if (!words.contains("-Y")) {
            words.add("-X");
        }
        return words;
    }
}
