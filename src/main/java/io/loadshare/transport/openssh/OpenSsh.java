package io.loadshare.transport.openssh;

import io.loadshare.LoadshareException;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.SshSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The settings with which OpenSSH's client would reach each host. It is safe for use by several threads.
 *
 * <p>{@link ClientConfig} reads the configuration files once. Where they contain something that it does not support
 * ({@code Match}, canonical names, an unknown keyword), {@code ssh -G} is run once for the host; without an {@code ssh}
 * program, that line is an error. So a scan of a thousand hosts starts no processes for a plain configuration.
 */
public final class OpenSsh {

    private static final Path MACHINE_FILE = Path.of("/etc/ssh/ssh_config");
    /** The keywords that take several words; {@code ssh -G} prints no quotes around them. */
    private static final Set<String> LISTS = Set.of("userknownhostsfile", "globalknownhostsfile");

    private final SshSettings ours;
    private final LocalUser caller;
    private final Map<Destination, HostSettings> known = new ConcurrentHashMap<>();
    private ClientConfig config;

    public OpenSsh(SshSettings ours, LocalUser caller) {
        this.ours = ours;
        this.caller = caller;
    }

    /**
     * @throws LoadshareException of kind CONFIGURATION, with file and line, if the configuration is not supported
     */
    public HostSettings settings(Destination destination, Deadline deadline) {
        HostSettings settings = known.get(destination);
        if (settings == null) {
            settings = read(destination, deadline);
            known.put(destination, settings);
        }
        return settings;
    }

    private HostSettings read(Destination destination, Deadline deadline) {
        try {
            return new ConfigInterpreter(destination, config().about(destination.name()), ours, caller).settings();
        } catch (UnsupportedDirectiveException e) {
            Optional<Path> ssh = caller.program("ssh");
            if (ssh.isEmpty()) {
                throw new LoadshareException(
                        LoadshareException.Kind.CONFIGURATION,
                        e.getMessage() + ". OpenSSH's own client could read it, but ssh is not in PATH:"
                                + " install it, or remove the line");
            }
            return ask(ssh.get(), destination, e, deadline);
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "cannot read the SSH configuration " + ours.config() + " (" + e
                            + "): make it readable, or name another in ssh.config",
                    e);
        }
    }

    private synchronized ClientConfig config() throws IOException, UnsupportedDirectiveException {
        if (config == null) {
            config = ClientConfig.read(ours.config(), MACHINE_FILE, caller);
        }
        return config;
    }

    /**
     * @param unsupported the reason for this call; where {@code ssh} names the same directive, this exception has its
     *     file and line
     */
    private HostSettings ask(
            Path ssh, Destination destination, UnsupportedDirectiveException unsupported, Deadline deadline) {
        List<String> command = new ArrayList<>(List.of(ssh.toString(), "-G"));
        if (!ours.config().equals(caller.path("~/.ssh/config"))) {
            command.addAll(List.of("-F", ours.config().toString()));
        }
        destination.user().ifPresent(user -> command.addAll(List.of("-l", user)));
        destination.port().ifPresent(port -> command.addAll(List.of("-p", Integer.toString(port))));
        destination.address().ifPresent(address -> command.addAll(List.of("-o", "HostName=" + address)));
        command.addAll(List.of("--", destination.name()));
        String output = ShortProgram.run(command, caller.environment(), deadline);
        try {
            return new ConfigInterpreter(destination, parse(output, "ssh -G " + destination.name()), ours, caller)
                    .settings();
        } catch (UnsupportedDirectiveException e) {
            boolean same = e.keyword().equals(unsupported.keyword());
            throw new LoadshareException(LoadshareException.Kind.CONFIGURATION, (same ? unsupported : e).getMessage());
        }
    }

    /**
     * Returns the login name that an {@code ssh -G …} command prints.
     *
     * @throws LoadshareException of kind CONFIGURATION if the command fails
     */
    public static String user(List<String> command, LocalUser caller, Deadline deadline) {
        String output = ShortProgram.run(command, caller.environment(), deadline);
        List<Directive> users = parse(output, "ssh -G").get("user");
        return users == null ? caller.user() : users.get(0).first();
    }

    static Map<String, List<Directive>> parse(String output, String where) {
        Map<String, List<Directive>> said = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            String[] parts = line.split(" ", 2);
            String keyword = parts[0].toLowerCase(Locale.ROOT);
            if (parts.length == 2 && ClientConfig.USED.contains(keyword)) {
                List<String> words = LISTS.contains(keyword) ? List.of(parts[1].split(" ")) : List.of(parts[1]);
                said.computeIfAbsent(keyword, key -> new ArrayList<>())
                        .add(new Directive(keyword, words, where, List.of()));
            }
        }
        return said;
    }
}
