package io.loadshare.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("ssh")
class ClusterTest {

    private static final int SILENCE_MILLIS = 1000;

    @AutoClose
    private static Cluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(3);
    }

    @Test
    void everyHostAnswersOverSshByItsOwnName() {
        for (int i = 1; i <= cluster.size(); i++) {
            assertThat(cluster.ssh(cluster.host(i), "hostname"))
                    .isEqualTo(new Cluster.Output(0, cluster.host(i) + "\n", ""));
        }
    }

    @Test
    void theScriptIsInTheJarOfTheTests(@TempDir Path directory) throws IOException {
        Path unpacked = Cluster.unpackedScript(directory.resolve("target"));
        assertThat(unpacked)
                .hasSameTextualContentAs(Path.of("src/test/cluster/cluster"))
                .isExecutable();
        assertThat(Cluster.unpackedScript(directory.resolve("target"))).isEqualTo(unpacked);
    }

    @Test
    void hostsSeeTheirOwnProcessesAlone() {
        cluster.ssh("h1", "setsid sleep 4711 </dev/null >/dev/null 2>&1 &");

        assertThat(cluster.ssh("h1", "ps ax").stdout()).contains("sleep 4711");
        assertThat(cluster.ssh("h2", "ps ax").stdout()).doesNotContain("sleep 4711");
    }

    @Test
    void hostsHaveTheirOwnTemporaryFilesAndHomes() {
        cluster.ssh("h1", "touch /tmp/mine /root/mine /var/lib/loadshare/mine");

        String list = "ls -A /tmp /root /var/lib/loadshare";
        assertThat(cluster.ssh("h1", list).stdout().split("mine", -1)).hasSize(4);
        assertThat(cluster.ssh("h2", list).stdout()).isEqualTo("/root:\n.ssh\n\n/tmp:\n\n/var/lib/loadshare:\n");
    }

    @Test
    void injectedLoadShowsAtOnceAndOnThatHostAlone() {
        cluster.load("h2", 12.75);
        assertThat(cluster.exec("h2", "cat", "/proc/loadavg").stdout())
                .matches("12\\.75 12\\.75 12\\.75 14/\\d+ \\d+\n");
        assertThat(loadOf("h1")).isLessThan(12);

        cluster.load("h2", 0);
        assertThat(loadOf("h2")).isLessThan(12);
    }

    @Test
    void busyThreadsCountAsLoad() {
        cluster.burn("h3", 2);
        assertThat(loadOf("h3")).isGreaterThanOrEqualTo(2);

        cluster.burn("h3", 0);
        assertThat(loadOf("h3")).isLessThan(2);
    }

    @Test
    void hungHostAcceptsConnectionsButSendsNoBanner() throws IOException {
        cluster.hang("h1");
        try (Socket socket = connect(cluster, 1)) {
            assertThatThrownBy(() -> readLine(socket)).isInstanceOf(SocketTimeoutException.class);
            cluster.resume("h1");
            assertThat(readLine(socket)).startsWith("SSH-2.0-");
        }
    }

    @Test
    void killedHostRefusesAndComesBackAsItselfWithANewBootId() {
        String before = bootId("h2");
        cluster.ssh("h2", "touch /root/kept /tmp/lost");

        cluster.kill("h2");
        assertThatThrownBy(() -> connect(cluster, 2)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> cluster.hang("h2")).hasMessageContaining("h2 does not run");

        cluster.boot("h2");
        assertThat(cluster.ssh("h2", "hostname; ls /root/ /tmp").stdout()).isEqualTo("h2\n/root/:\nkept\n\n/tmp:\n");
        assertThat(bootId("h2")).hasSize(36).isNotEqualTo(before).isNotEqualTo(bootId("h1"));
    }

    @Test
    void refusingHostKeepsItsSessionsAndJobs() throws Exception {
        Process session = new ProcessBuilder("ssh", "-F", cluster.sshConfig().toString(), "h3", "read x; echo $x")
                .redirectErrorStream(true)
                .start();
        Waiting.until("the session on h3", Duration.ofSeconds(10), () -> cluster.exec("h3", "ps", "ax")
                .stdout()
                .contains("read x"));

        cluster.refuse("h3");
        assertThatThrownBy(() -> connect(cluster, 3)).isInstanceOf(ConnectException.class);
        try (var stdin = session.outputWriter()) {
            stdin.write("lives\n");
        }
        assertThat(session.inputReader().readLine()).isEqualTo("lives");

        cluster.accept("h3");
        assertThat(cluster.ssh("h3", "hostname").stdout()).isEqualTo("h3\n");
    }

    @Test
    void cutHostIsSilentAndItsConnectionsLiveOnOnceMended() throws IOException {
        try (Cluster cuttable = Cluster.start(2, "--cut");
                Socket socket = connect(cuttable, 1)) {
            assertThat(readLine(socket)).startsWith("SSH-2.0-");
            cuttable.cut("h1");
            socket.getOutputStream().write("SSH-2.0-Test\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> connect(cuttable, 1)).isInstanceOf(SocketTimeoutException.class);
            assertThat(cuttable.ssh("h2", "hostname").stdout()).isEqualTo("h2\n");

            cuttable.mend("h1");
            socket.setSoTimeout(10_000); // TCP sends again after at most a few seconds
            assertThat(socket.getInputStream().read())
                    .as("the host's key exchange")
                    .isNotNegative();
            assertThat(cuttable.ssh("h1", "hostname").stdout()).isEqualTo("h1\n");
        }
    }

    @Test
    void usersOfTheClusterReachTheHostsWithEveryKindOfKey() throws IOException {
        String user = cluster.user(2);
        assertThat(cluster.as(user, "sh", "-c", "id -un; pwd; ssh h1 'id -un; pwd'")
                        .stdout())
                .isEqualTo(user + "\n" + cluster.home(user) + "\n" + user + "\n/home/" + user + "\n");
        for (String type : List.of("ed25519", "rsa", "ecdsa")) {
            Cluster.Output output = cluster.as(user, "ssh", "-F", "none", "-i", ".ssh/id_" + type, "h2", "hostname");
            assertThat(output.stdout()).as(type + ": " + output.stderr()).isEqualTo("h2\n");
        }
        assertThat(Files.readString(Path.of("/etc/passwd"))).doesNotContain(user + ":x:");
    }

    @Test
    void noisyUserTalksBeforeEveryCommand() {
        assertThat(cluster.as("noisy", "ssh", "h1", "echo data"))
                .isEqualTo(new Cluster.Output(0, "noise of .bashrc on stdout\ndata\n", "noise of .bashrc on stderr\n"));
    }

    @Test
    void coresAndQuotaAreWhatTheHostSaysAlsoAfterAReboot() {
        cluster.cores("h3", 8);
        cluster.quota("h3", "1.5");
        cluster.reboot("h3");
        assertThat(cluster.ssh("h3", "nproc; grep -c ^processor /proc/cpuinfo; cat /sys/fs/cgroup/cpu.max")
                        .stdout())
                .isEqualTo("8\n8\n150000 100000\n");

        cluster.cores("h3", 1);
        cluster.quota("h3", "max");
        assertThat(cluster.ssh("h3", "nproc; cat /sys/fs/cgroup/cpu.max").stdout())
                .isEqualTo("1\nmax 100000\n");
    }

    @Test
    void thirtySixHostsStartAndLeaveNothingBehind() throws IOException {
        String mounts = Files.readString(Path.of("/proc/self/mounts"));
        Cluster large = Cluster.start(36, "--cut", "--name", "l%02d");
        List<Path> processes = new ArrayList<>();
        for (String line : Files.readAllLines(large.directory().resolve("hosts"))) {
            processes.add(Path.of("/proc", line.split(" ")[3]));
        }
        Set<String> namespaces = namespacesOf(processes.stream());
        assertThat(large.ssh("l36", "hostname").stdout()).isEqualTo("l36\n");
        assertThat(hasInterface(large)).isTrue();

        large.close();
        large.close();

        assertThat(large.directory()).doesNotExist();
        assertThat(processes).hasSize(36).allSatisfy(process -> assertThat(process)
                .doesNotExist());
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            assertThat(namespacesOf(
                            all.filter(path -> path.getFileName().toString().matches("\\d+"))))
                    .doesNotContainAnyElementsOf(namespaces);
        }
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).isEqualTo(mounts);
        assertThat(hasInterface(large)).isFalse();
    }

    @Test
    void clusterEndsWithItsOwner() throws Exception {
        Process owner = new ProcessBuilder("sleep", "1000").start();
        Path directory = Files.createTempDirectory("loadshare-cluster-");
        try {
            script("up", directory.toString(), "1", "--owner", Long.toString(owner.pid()));
            String[] line = Files.readString(directory.resolve("hosts")).strip().split(" ");
            Path host = Path.of("/proc", line[3]);
            assertThat(host).exists();

            owner.destroyForcibly().waitFor();

            Waiting.until("the end of the host", Duration.ofSeconds(10), () -> Files.notExists(host));
            Waiting.until("the end of " + directory, Duration.ofSeconds(10), () -> Files.notExists(directory));
        } finally {
            script("down", directory.toString());
        }
    }

    private static void script(String... words) throws Exception {
        Process process =
                new ProcessBuilder(Cluster.script(List.of(words))).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
    }

    private static double loadOf(String host) {
        return Double.parseDouble(
                cluster.exec(host, "cat", "/proc/loadavg").stdout().split(" ")[0]);
    }

    private static String bootId(String host) {
        return cluster.ssh(host, "cat /proc/sys/kernel/random/boot_id").stdout().strip();
    }

    /** A connection that waits at most a second for each answer. */
    private static Socket connect(Cluster to, int i) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(to.address(i), to.port(i)), SILENCE_MILLIS);
        socket.setSoTimeout(SILENCE_MILLIS);
        return socket;
    }

    private static String readLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** Whether this machine has an interface in the network of the cluster. */
    private static boolean hasInterface(Cluster of) throws IOException {
        String network = of.address(1).replaceFirst("\\d+$", "");
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.getHostAddress().startsWith(network));
    }

    /** The mount namespaces of those processes that still live. */
    private static Set<String> namespacesOf(Stream<Path> processes) {
        Set<String> namespaces = new HashSet<>();
        processes.forEach(process -> {
            try {
                namespaces.add(Files.readSymbolicLink(process.resolve("ns/mnt")).toString());
            } catch (IOException e) {
                // ended meanwhile, or a kernel thread
            }
        });
        return namespaces;
    }
}
