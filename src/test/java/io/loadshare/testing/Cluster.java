package io.loadshare.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * N real sshd hosts on this machine, made by the script {@code src/test/cluster/cluster}, whose commands are the methods
 * here. Each returns once its effect is there, and throws IllegalStateException with the script's own words if it fails.
 * Runs only as root, with Debian's openssh-server installed.
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
            Output output = run(new ProcessBuilder(script(words)));
            if (output.status() != 0) {
                Files.deleteIfExists(directory);
            }
            if (output.status() == UNAVAILABLE) {
                skip("no cluster of real sshd hosts here, so this proves nothing: " + output.stderr());
            }
            succeed(words, output);
            return new Cluster(directory);
        } catch (IOException e) {
            throw new IllegalStateException("the cluster could not be started: " + e.getMessage(), e);
        }
    }

    private static void skip(String reason) {
        System.err.println("SKIPPED, " + reason); // what is aborted before all tests of a class is in no report
        abort(reason);
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

    /** Adds {@code load} to the load averages of a host. */
    public void load(String host, double load) {
        command("load", host, String.format(Locale.ROOT, "%.2f", load));
    }

    /** Keeps {@code threads} real busy threads on a host, in place of those of an earlier call. They run at nice 19. */
    public void burn(String host, int threads) {
        command("burn", host, Integer.toString(threads));
    }

    /** Lets a host stand still: a TCP connection is accepted, no banner comes. */
    public void hang(String host) {
        command("hang", host);
    }

    public void resume(String host) {
        command("resume", host);
    }

    /** Ends all processes of a host at once. Its connections are reset, new ones refused (with --cut: unanswered). */
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

    /** Ends sshd alone: connections are refused, sessions and jobs run on. */
    public void refuse(String host) {
        command("refuse", host);
    }

    public void accept(String host) {
        command("accept", host);
    }

    /** Lets every packet to and from a host vanish without an answer. Needs a cluster started with {@code --cut}. */
    public void cut(String host) {
        command("cut", host);
    }

    public void mend(String host) {
        command("mend", host);
    }

    /** Sets how many cores a host has: up to this machine's number by affinity, above it by what nproc says. */
    public void cores(String host, int cores) {
        command("cores", host, Integer.toString(cores));
    }

    /** Sets how many cores the cgroup of a host grants: "max", or a number like "1.5". */
    public void quota(String host, String cores) {
        command("quota", host, cores);
    }

    /** Starts Debian's cron on a host; fails where the package is missing. */
    public void startCron(String host) {
        command("cron", host, "start");
    }

    public void stopCron(String host) {
        command("cron", host, "stop");
    }

    /** Runs a command on a host as root, without ssh. */
    public Output exec(String host, String... command) {
        return run(process("exec", host, command));
    }

    /** Runs a command on this machine as a user of the cluster, in that user's home with its keys and known hosts. */
    public Output as(String user, String... command) {
        return run(process("as", user, command));
    }

    /** Runs a command of the remote shell through OpenSSH's client, as root. */
    public Output ssh(String host, String command) {
        return run(new ProcessBuilder(
                "ssh", "-F", sshConfig().toString(), "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", host, command));
    }

    /**
     * The process that {@link #exec} or {@link #as} would run, for callers that stream or kill. With "as" its process id is
     * the command's own.
     *
     * @param verb "exec" with a host, or "as" with a user
     */
    public ProcessBuilder process(String verb, String hostOrUser, String... command) {
        return new ProcessBuilder(
                script(Stream.concat(Stream.of(verb, directory.toString(), hostOrUser), Stream.of(command))
                        .toList()));
    }

    /**
     * Starts a real Slurm on host 1, which becomes its login host, or aborts the calling test with a text that says what
     * this machine lacks.
     *
     * @param options those of {@code slurm up}, word by word: {@code "--accounting"}
     */
    public void startSlurm(int nodes, String... options) {
        List<String> words = new ArrayList<>(List.of("up", directory.toString(), host(1), Integer.toString(nodes)));
        words.addAll(List.of(options));
        Output output = run(new ProcessBuilder(slurmScript(words)));
        if (output.status() == UNAVAILABLE) {
            skip("no Slurm here, so this proves nothing: " + output.stderr());
        }
        succeed(words, output);
    }

    /** Kills or starts a node of Slurm with all its jobs. */
    public void slurmNode(String node, String action) {
        slurm("node", node, action);
    }

    /** Kills the controller of Slurm once it has saved its jobs, starts or restarts it, or lets it forget all jobs. */
    public void slurmController(String action) {
        slurm("controller", action);
    }

    private void slurm(String verb, String... words) {
        List<String> all = Stream.concat(Stream.of(verb, directory.toString(), host(1)), Stream.of(words))
                .toList();
        succeed(all, run(new ProcessBuilder(slurmScript(all))));
    }

    private static List<String> slurmScript(List<String> words) {
        List<String> command =
                new ArrayList<>(List.of(scriptFile().resolveSibling("slurm").toString()));
        command.addAll(words);
        return command;
    }

    @Override
    public void close() {
        command("down");
    }

    private void command(String verb, String... words) {
        List<String> all = Stream.concat(Stream.of(verb, directory.toString()), Stream.of(words))
                .toList();
        succeed(all, run(new ProcessBuilder(script(all))));
    }

    private static void succeed(List<String> words, Output output) {
        if (output.status() != 0) {
            throw new IllegalStateException(
                    "cluster " + String.join(" ", words) + " ended with " + output.status() + ": " + output.stderr());
        }
    }

    static List<String> script(List<String> words) {
        List<String> command = new ArrayList<>(List.of(scriptFile().toString()));
        command.addAll(words);
        return command;
    }

    /** The script: in the core's directory, above it in that of any module, elsewhere unpacked from the jar of the tests. */
    private static Path scriptFile() {
        return Stream.iterate(Path.of("").toAbsolutePath(), directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve(SCRIPT))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> unpackedScript(Path.of("target").toAbsolutePath()));
    }

    static synchronized Path unpackedScript(Path directory) {
        Path script = directory.resolve("cluster-" + ProcessHandle.current().pid());
        try (InputStream packed = Cluster.class.getResourceAsStream("cluster")) {
            if (!Files.exists(script)) {
                Files.createDirectories(directory);
                Files.copy(packed, script);
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the script of the cluster to " + script, e);
        }
    }

    /** Output goes through files, so that a command that leaves a process behind cannot keep us waiting. */
    private static Output run(ProcessBuilder builder) {
        String command = String.join(" ", builder.command());
        try {
            Path stdout = Files.createTempFile("cluster-", ".out");
            Path stderr = Files.createTempFile("cluster-", ".err");
            try {
                Process process = builder.redirectInput(new File("/dev/null"))
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile())
                        .start();
                if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(command + " did not end within " + COMMAND_LIMIT_SECONDS + " s");
                }
                return new Output(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
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
}
