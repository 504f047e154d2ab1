package io.loadshare.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * N real sshd hosts on this machine, made by the script {@code src/test/cluster/cluster}, whose commands are the methods
 * here. Each returns once its effect is there, and throws IllegalStateException with the script's own words if it fails.
 *
 * <p>Hosts are numbered from 1. The cluster ends with {@link #close}, or by itself when this JVM is gone. Every method may
 * be called from any thread; two commands on one host at the same time are the caller's affair.
 */
public final class Cluster implements AutoCloseable {

    private static final String SCRIPT = "src/test/cluster/cluster";
    private static final int UNAVAILABLE = 69;
    private static final long COMMAND_LIMIT_SECONDS = 120;

    private final Path directory;
    private final List<HostLine> hosts;

    /** What a command run in the cluster gave back. */
    public record Output(int status, String stdout, String stderr) {}

    private record HostLine(String name, String address, int port) {

        static HostLine parse(String line) {
            String[] words = line.split(" ");
            return new HostLine(words[0], words[1], Integer.parseInt(words[2]));
        }
    }

    private Cluster(Path directory) throws IOException {
        this.directory = directory;
        this.hosts = Files.readAllLines(directory.resolve("hosts")).stream()
                .map(HostLine::parse)
                .toList();
    }

    /**
     * Starts a cluster, or aborts the calling test with a text that says what this machine lacks.
     *
     * @param options those of {@code cluster up}, word by word: {@code "--users", "3", "--cut"}
     */
    public static Cluster start(int hosts, String... options) {
        try {
            Path directory = Files.createTempDirectory("loadshare-cluster-");
            List<String> words = new ArrayList<>(List.of("up", directory.toString(), Integer.toString(hosts)));
            words.addAll(
                    List.of("--owner", Long.toString(ProcessHandle.current().pid())));
            words.addAll(List.of(options));
            Output output = run(script(words));
            if (output.status() != 0) {
                Files.deleteIfExists(directory);
            }
            if (output.status() == UNAVAILABLE) {
                abort("no cluster of real sshd hosts here, so this test proves nothing: " + output.stderr());
            }
            succeed(words, output);
            return new Cluster(directory);
        } catch (IOException e) {
            throw new IllegalStateException("the cluster could not be started: " + e.getMessage(), e);
        }
    }

    public int size() {
        return hosts.size();
    }

    /** The name of host {@code i}, from 1. */
    public String host(int i) {
        return hosts.get(i - 1).name();
    }

    public String address(int i) {
        return hosts.get(i - 1).address();
    }

    public int port(int i) {
        return hosts.get(i - 1).port();
    }

    /** The name of the unprivileged user {@code k}, from 1 to the number given by {@code --users}, by default 2. */
    public String user(int k) {
        return "u" + k;
    }

    /** Where the cluster keeps everything, gone after {@link #close}. */
    public Path directory() {
        return directory;
    }

    /** An ssh_config by which {@code ssh -F} reaches every host by its name, as root. */
    public Path sshConfig() {
        return directory.resolve("ssh_config");
    }

    public Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    /** The ed25519 private key that root and all users accept. */
    public Path identity() {
        return identity("ed25519");
    }

    /** The private key of that type: ed25519, rsa or ecdsa. */
    public Path identity(String type) {
        return directory.resolve("id_" + type);
    }

    /** The home directory of {@code user} on this, the controlling, side. */
    public Path home(String user) {
        return directory.resolve("home").resolve(user);
    }

    /** Adds {@code load} to the load averages of a host; the effect is there on return. */
    public void load(String host, double load) {
        command("load", host, String.format(java.util.Locale.ROOT, "%.2f", load));
    }

    /** Lets a host stand still: the TCP connection is accepted, no banner comes. */
    public void hang(String host) {
        command("hang", host);
    }

    public void resume(String host) {
        command("resume", host);
    }

    /** Ends all processes of a host at once. */
    public void kill(String host) {
        command("kill", host);
    }

    /** Starts a killed host again: same keys, address and homes, new boot id. */
    public void boot(String host) {
        command("boot", host);
    }

    public void reboot(String host) {
        command("reboot", host);
    }

    /** Runs a command on a host as root, without ssh. */
    public Output exec(String host, String... command) {
        return runIn("exec", host, command);
    }

    @Override
    public void close() {
        command("down");
    }

    private Output runIn(String verb, String where, String... command) {
        return run(script(Stream.concat(Stream.of(verb, directory.toString(), where), Stream.of(command))
                .toList()));
    }

    private void command(String verb, String... words) {
        List<String> all = Stream.concat(Stream.of(verb, directory.toString()), Stream.of(words))
                .toList();
        succeed(all, run(script(all)));
    }

    private static void succeed(List<String> words, Output output) {
        if (output.status() != 0) {
            throw new IllegalStateException(
                    "cluster " + String.join(" ", words) + " ended with " + output.status() + ": " + output.stderr());
        }
    }

    private static List<String> script(List<String> words) {
        List<String> command = new ArrayList<>(List.of(scriptFile().toString()));
        command.addAll(words);
        return command;
    }

    /** The script, from the core's directory or that of any module below it. */
    private static Path scriptFile() {
        Path start = Path.of("").toAbsolutePath();
        return Stream.iterate(start, directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve(SCRIPT))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("no " + SCRIPT + " in " + start + " nor in any directory above"));
    }

    /** Output goes through files, so that a command that leaves a process behind cannot keep us waiting. */
    private static Output run(List<String> command) {
        try {
            Path stdout = Files.createTempFile("cluster-", ".out");
            Path stderr = Files.createTempFile("cluster-", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile())
                        .start();
                if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(command + " did not end within " + COMMAND_LIMIT_SECONDS + " s");
                }
                return new Output(process.exitValue(), text(stdout), text(stderr));
            } finally {
                Files.delete(stdout);
                Files.delete(stderr);
            }
        } catch (IOException e) {
            throw new IllegalStateException(command + " could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
