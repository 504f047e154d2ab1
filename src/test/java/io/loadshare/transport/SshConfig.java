package io.loadshare.transport;

import io.loadshare.testing.Cluster;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An ssh_config for the hosts of a cluster, in a home directory of its own. */
public final class SshConfig {

    private final Path home;
    private final Cluster cluster;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
    private List<Path> identities;
    private Path knownHosts;

    /** Login as root with the cluster's ed25519 key; its host keys are known. */
    public SshConfig(Path home, Cluster cluster) {
        this.home = home;
        this.cluster = cluster;
        this.identities = List.of(cluster.identity());
        this.knownHosts = cluster.knownHosts();
    }

    /** Lines that come first, and so win. */
    public SshConfig with(String... more) {
        lines.addAll(List.of(more));
        return this;
    }

    public SshConfig environment(String variable, Path value) {
        environment.put(variable, value.toString());
        return this;
    }

    public SshConfig identities(Path... files) {
        identities = List.of(files);
        return this;
    }

    /** Only these lines of known_hosts. */
    public SshConfig knowing(String... content) {
        return knowing(write("known", List.of(content)));
    }

    public SshConfig knowing(Path file) {
        knownHosts = file;
        return this;
    }

    public Path file() {
        List<String> all = new ArrayList<>(lines);
        for (int i = 1; i <= cluster.size(); i++) {
            all.add("Host " + cluster.host(i));
            all.add("HostName " + cluster.address(i));
            all.add("Port " + cluster.port(i));
        }
        all.add("Host *");
        all.add("User root");
        all.add("IdentitiesOnly yes");
        all.add("UserKnownHostsFile " + knownHosts);
        all.add("GlobalKnownHostsFile /dev/null");
        identities.forEach(file -> all.add("IdentityFile " + file));
        if (identities.isEmpty()) {
            all.add("IdentityFile none");
        }
        return write("ssh_config", all);
    }

    /** The settings of a user with that home. */
    public SshSettings settings() {
        return new SshSettings(file(), home.resolve(".ssh/known_hosts"), Optional.empty(), List.of());
    }

    public LocalUser caller() {
        return new LocalUser("root", home, environment);
    }

    /** An OpenSSH client that follows the same file. */
    public List<String> command() {
        return List.of("ssh", "-F", file().toString(), "-o", "BatchMode=yes");
    }

    /** A file in the home that only its owner may read. */
    public Path write(String name, List<String> content) {
        try {
            Path file = home.resolve(name);
            Files.write(file, content);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy of a key in the home. */
    public Path copy(Path key) {
        try {
            return Files.copy(
                    key,
                    home.resolve(key.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
