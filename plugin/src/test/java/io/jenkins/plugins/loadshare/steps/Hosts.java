package io.jenkins.plugins.loadshare.steps;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import io.loadshare.testing.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How Jenkins is told of a cluster. */
public final class Hosts {

    private Hosts() {}

    /** Hosts and a pool {@code all} as YAML, for {@code Yaml.load}. */
    public static String yaml(Cluster cluster) {
        String hosts = IntStream.rangeClosed(1, cluster.size())
                .mapToObj(i -> "{ name: %s, address: %s, port: %d }"
                        .formatted(cluster.host(i), cluster.address(i), cluster.port(i)))
                .collect(Collectors.joining(", "));
        String names =
                IntStream.rangeClosed(1, cluster.size()).mapToObj(cluster::host).collect(Collectors.joining(","));
        return "hosts: [ %s ]\npools: [ { name: all, hosts: \"%s\" } ]\n".formatted(hosts, names)
                + "retry: { first: 2s, max: 5s }\nscan: { minInterval: 1s }\nplacement: { slotsPerCore: none }\n";
    }

    /** A log-in by the known hosts of the cluster and no SSH configuration. */
    public static String ssh(Cluster cluster, String credentialsId) throws IOException {
        return ssh(
                cluster,
                "credentialsId: " + credentialsId,
                "knownHostsFile: { path: \"" + cluster.knownHosts() + "\" }");
    }

    public static String ssh(Cluster cluster, String login, String hostKeys) throws IOException {
        Path empty = cluster.directory().resolve("empty_config");
        Files.writeString(empty, "");
        return "ssh: { %s%sconfig: \"%s\", hostKeys: { %s } }\n"
                .formatted(login, login.isEmpty() ? "" : ", ", empty, hostKeys);
    }

    public static void addKey(CredentialsScope scope, String id, String user, Path file) throws IOException {
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials().add(key(scope, id, user, file));
        provider.save();
    }

    public static BasicSSHUserPrivateKey key(CredentialsScope scope, String id, String user, Path file)
            throws IOException {
        return new BasicSSHUserPrivateKey(
                scope,
                id,
                user,
                new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(Files.readString(file)),
                null,
                id);
    }
}
