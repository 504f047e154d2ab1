package io.loadshare.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Real sshd hosts on this machine, {@code h1}, {@code h2}…, started by the script that the project's tests use.
 * Requires root and Debian's openssh-server. Ends with {@link #close}, or when this process ends.
 */
final class Fixture implements AutoCloseable {

    private final String script =
            Programs.top().resolve("src/test/cluster/cluster").toString();
    private final Path work;
    private final Path directory;
    private final Path shared;
    private final int hosts;

    Fixture(int hosts) throws IOException, InterruptedException {
        this.hosts = hosts;
        this.work = Files.createTempDirectory(
                "loadshare-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        this.directory = work.resolve("cluster");
        this.shared = Files.createDirectory(work.resolve("shared"));
        List<String> up = new ArrayList<>(List.of("up", directory.toString(), Integer.toString(hosts)));
        up.addAll(List.of("--bind", shared.toString()));
        up.addAll(List.of("--owner", Long.toString(ProcessHandle.current().pid())));
        cluster(up);
    }

    /** Returns a local directory that no host sees. */
    Path work() {
        return work;
    }

    /** Returns a directory that all hosts see at the same path. */
    Path shared() {
        return shared;
    }

    Path sshConfig() {
        return directory.resolve("ssh_config");
    }

    Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    List<String> names() {
        return IntStream.rangeClosed(1, hosts).mapToObj(i -> "h" + i).toList();
    }

    /** Returns all hosts in the notation that loadshare, pdsh, and clush share. */
    String nodeSet() {
        return "h[1-" + hosts + "]";
    }

    /** Returns the address of a host. All its ports are free except the port of its sshd. */
    String address(String host) throws IOException {
        return Files.readAllLines(directory.resolve("hosts")).stream()
                .map(line -> line.split(" "))
                .filter(words -> words[0].equals(host))
                .findFirst()
                .orElseThrow()[1];
    }

    /** Starts a Slurm on h1 with one node, n1. */
    void startSlurm() throws IOException, InterruptedException {
        String slurm = Programs.top().resolve("src/test/cluster/slurm").toString();
        Programs.run(List.of(slurm, "up", directory.toString(), "h1", "1"));
    }

    /** Stops or resumes all processes of a host. */
    void hang(String host, boolean hung) throws IOException, InterruptedException {
        cluster(List.of(hung ? "hang" : "resume", directory.toString(), host));
    }

    /** Returns the command line that runs a command on a host as root, without ssh. */
    List<String> exec(String host, List<String> command) {
        List<String> words = new ArrayList<>(List.of(script, "exec", directory.toString(), host));
        words.addAll(command);
        return words;
    }

    /** Writes a configuration for the command line, with these hosts and a separate state directory. */
    Path writeConfiguration() throws IOException {
        return writeConfiguration("config", "config: " + sshConfig() + ", knownHosts: " + knownHosts());
    }

    /** The same, but hosts are reached by OpenSSH's client. */
    Path writeConfigurationWithOpenSsh() throws IOException {
        return writeConfiguration("openssh", "command: [ssh, -F, " + sshConfig() + "]");
    }

    private Path writeConfiguration(String name, String ssh) throws IOException {
        Path file = work.resolve(name + ".yaml");
        Files.writeString(
                file,
                "placement: { slotsPerCore: none }\nhosts: [ { name: \"" + nodeSet() + "\" } ]\nssh: { " + ssh
                        + " }\nstate: { directory: " + work.resolve("state-" + name) + " }\n");
        return file;
    }

    private void cluster(List<String> arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(script));
        words.addAll(arguments);
        Programs.run(words);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        cluster(List.of("down", directory.toString()));
        Programs.run(List.of("rm", "-rf", work.toString()));
    }
}
