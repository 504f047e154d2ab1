package io.loadshare.transport.external;

import io.loadshare.host.Host;
import io.loadshare.transport.SshSettings;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The command lines of OpenSSH's client, or of the program that the configuration names instead. */
public final class SshCommand {

    private SshCommand() {}

    /** Returns the configured program, or ssh with the same settings as our own client and without questions. */
    public static List<String> of(SshSettings ssh) {
        List<String> words = new ArrayList<>(ssh.command());
        if (words.isEmpty()) {
            words.addAll(List.of("ssh", "-o", "BatchMode=yes"));
            if (Files.exists(ssh.config())) {
                words.addAll(List.of("-F", ssh.config().toString()));
            }
            words.addAll(List.of("-o", "UserKnownHostsFile=" + ssh.knownHosts()));
            ssh.identity().ifPresent(identity -> words.addAll(List.of("-i", identity.toString())));
        }
        return words;
    }

    /** Returns a command with options and the host to connect to. */
    public static List<String> destination(List<String> command, Host host, String... options) {
        List<String> words = new ArrayList<>(command);
        host.user().ifPresent(user -> words.addAll(List.of("-l", user)));
        host.port().ifPresent(port -> words.addAll(List.of("-p", Integer.toString(port))));
        words.addAll(List.of(options));
        words.add(host.address());
        return words;
    }
}
