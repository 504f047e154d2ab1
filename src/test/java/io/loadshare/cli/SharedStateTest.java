package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.ledger.Claim;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users with logins of their own, on real hosts, who share a state directory; and some of whose processes are killed. */
@Tag("ssh")
@Tag("fault")
class SharedStateTest {

    private static final int HOSTS = 5;
    private static final int USERS = 24;
    private static final int PER_USER = 2;

    /** The age at which a promise that no complete report shows is taken to be void. */
    private static final Duration GRACE = Claim.GRACE;

    private static Cluster cluster;
    private static Path software;
    private static Path program;
    private static String testClasses;

    @TempDir
    private Path home;

    private Path configuration;
    private Program root;

    @BeforeAll
    static void startCluster() throws Exception {
        software = Files.createTempDirectory("loadshare-software-");
        Files.setPosixFilePermissions(software, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String license : List.of("MATLAB", "TOOLBOX")) {
            Files.copy(Path.of("/bin/sleep"), software.resolve(license));
            Files.setPosixFilePermissions(software.resolve(license), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        cluster = Cluster.start(HOSTS, "--users", Integer.toString(USERS), "--bind", software.toString());
        Path tree = cluster.directory().resolve("program");
        program = InstalledProgram.in(tree);
        testClasses = InstalledProgram.withTests(tree);
    }

    @AfterAll
    static void endCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        for (String license : List.of("MATLAB", "TOOLBOX")) {
            Files.deleteIfExists(software.resolve(license));
        }
        Files.deleteIfExists(software);
    }

    @BeforeEach
    void setUp() throws Exception {
        Path directory = Files.createTempDirectory(cluster.directory(), "shared-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path state = Files.createDirectory(directory.resolve("state"));
        Files.setAttribute(state, "unix:gid", 47100);
        Files.setAttribute(state, "unix:mode", 02770);
        configuration = Files.writeString(
                directory.resolve("config.yaml"),
                """
                hosts: [ { name: "h[1-4]" }, { name: h5, tags: [spare] } ]
                pools: [ { name: four, hosts: "h[1-4]" }, { name: all, hosts: "h[1-5]" } ]
                licenses:
                  - { name: MATLAB, process: MATLAB, perUser: %d, rule: spread }
                  - { name: TOOLBOX, process: TOOLBOX, perUser: %d, rule: save }
                placement: { slotsPerCore: none }
                state: { directory: %s, shared: true }
                """
                        .formatted(PER_USER, PER_USER, state));
        root = as("root");
    }

    @AfterEach
    void endAllJobs() {
        for (int i = 1; i <= HOSTS; i++) {
            cluster.exec(cluster.host(i), "pkill", "-x", "sleep|MATLAB|TOOLBOX");
        }
    }

    private Program as(String user) {
        return new Program(home)
                .installed(program)
                .with("LOADSHARE_CONFIG", configuration.toString())
                .through(cluster.process("as", user).command().toArray(String[]::new));
    }

    @Test
    void aBurstOfTwoUsersSpreadsEvenly() throws Exception {
        List<Program.Running> burst = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            burst.add(as(cluster.user(1 + i % 2)).start("run", "--pool", "four", "--", "sleep", "7361"));
        }
        Waiting.until(
                "all 16 jobs run",
                () -> sleepers("7361").values().stream().mapToInt(i -> i).sum() == 16);
        Map<String, Integer> jobs = sleepers("7361");
        for (Program.Running running : burst) {
            running.signal("TERM");
        }

        assertThat(jobs).isEqualTo(Map.of("h1", 4, "h2", 4, "h3", 4, "h4", 4));
        for (Program.Running running : burst) {
            assertThat(running.await("").err()).isEmpty();
        }
    }

    private static Map<String, Integer> sleepers(String seconds) {
        Map<String, Integer> count = new TreeMap<>();
        for (int i = 1; i <= HOSTS; i++) {
            String found = cluster.exec(cluster.host(i), "pgrep", "-c", "-f", "^sleep " + seconds)
                    .stdout()
                    .strip();
            if (!found.equals("0")) {
                count.put(cluster.host(i), Integer.parseInt(found));
            }
        }
        return count;
    }

    @Test
    void theLedgerStaysWholeWhenLaunchersAreKilled() throws Exception {
        Random random = new Random(1);
        List<Program.Running> launches = new ArrayList<>();
        ExecutorService killers = Executors.newCachedThreadPool();
        for (int i = 0; i < 24; i++) {
            Program.Running launch =
                    as(cluster.user(1 + i % 2)).start("run", "--pool", "four", "--detach", "--", "sleep", "7362");
            launches.add(launch);
            if (i % 3 == 0) {
                killAfter(launch.process(), random.nextInt(8000), killers);
            }
        }
        int launched = 0;
        for (int i = 0; i < launches.size(); i++) {
            Program.Result result = launches.get(i).await("");
            launched += result.status() == 0 ? 1 : 0;
            assertThat(result.err()).as("launch %d", i).doesNotContain("damaged", "skipped");
            assertThat(i % 3 == 0 || result.status() == 0)
                    .as("launch %d: %s", i, result)
                    .isTrue();
        }
        killers.shutdown();
        assertThat(launched).isGreaterThanOrEqualTo(16);

        waitForGrace();
        assertThat(root.run("scan", "--force").err()).isEmpty();
        Program.Result table = root.run("load", "--json");
        assertThat(table.err()).isEmpty();
        Map<String, Integer> counted = new TreeMap<>();
        for (Map<?, ?> host : array(table.out())) {
            counted.put((String) host.get("host"), (Integer) host.get("ownJobs"));
        }
        counted.values().removeIf(jobs -> jobs == 0);
        assertThat(counted).isEqualTo(sleepers("7362"));
    }

    /** Promises that were made by processes that are dead by now are old enough for a scan to refute them. */
    private static void waitForGrace() throws Exception {
        long end = System.nanoTime() + GRACE.plusSeconds(1).toNanos();
        Waiting.until("the last promise is older than " + GRACE.toSeconds() + " s", () -> System.nanoTime() > end);
    }

    private static void killAfter(Process process, int millis, ExecutorService killers) {
        killers.execute(() -> {
            try {
                if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** A user's launches in one process, and after how many milliseconds it is killed, or -1. */
    private record Launches(String user, int count, int lifetime) {}

    @Test
    void nobodyExceedsALicensesLimitsAndNoSeatOutlivesItsHolderByMoreThanOneScan() throws Exception {
        Random random = new Random(2);
        Queue<Launches> queue = new ConcurrentLinkedQueue<>();
        for (int user = 1; user <= USERS; user++) { // two processes of each user side by side: 200 launches
            queue.add(new Launches(cluster.user(user), 4, user % 3 == 0 ? 1500 + random.nextInt(3500) : -1));
            queue.add(new Launches(cluster.user(user), user <= 8 ? 5 : 4, -1));
        }
        AtomicInteger launched = new AtomicInteger();
        ExecutorService four = Executors.newFixedThreadPool(4);
        try {
            Callable<Void> worker = () -> {
                for (Launches next = queue.poll(); next != null; next = queue.poll()) {
                    launched.addAndGet(launch(next));
                }
                return null;
            };
            for (Future<Void> done : four.invokeAll(List.of(worker, worker, worker, worker))) {
                done.get();
            }
        } finally {
            four.shutdownNow();
        }

        assertThat(launched.get())
                .as("launches of processes that were not killed")
                .isGreaterThanOrEqualTo(16 * 8);
        Map<String, Integer> holders = holders();
        for (int user = 1; user <= USERS; user++) {
            for (String license : List.of("MATLAB", "TOOLBOX")) {
                Set<String> hosts = new HashSet<>(holders.keySet());
                String prefix = license + " " + cluster.user(user) + " ";
                hosts.removeIf(holder -> !holder.startsWith(prefix));
                assertThat(hosts).as("hosts of a user").hasSizeBetween(1, PER_USER);
            }
        }
        waitForGrace();
        assertThat(root.run("scan", "--force").err()).isEmpty();
        assertThat(seats()).isEqualTo(holders);

        endAllJobs();
        waitForGrace();
        assertThat(root.run("scan", "--force").err()).isEmpty();
        assertThat(seats()).isEmpty();
    }

    /** Runs one process of launches, and gives how many were made. */
    private int launch(Launches launches) throws Exception {
        List<String> words =
                new ArrayList<>(cluster.process("as", launches.user()).command());
        words.addAll(List.of("env", "LOADSHARE_CONFIG=" + configuration));
        words.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1"));
        words.addAll(List.of("-XX:+UseSerialGC", "-Xmx64m", "-cp", testClasses, RepeatedLaunches.class.getName()));
        words.addAll(List.of(Integer.toString(launches.count()), "MATLAB", "TOOLBOX", software.toString()));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        ExecutorService killer = Executors.newSingleThreadExecutor();
        if (launches.lifetime() >= 0) {
            killAfter(process, launches.lifetime(), killer);
        }
        List<String> lines =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        killer.shutdown();
        assertThat(lines)
                .as(launches.user())
                .allMatch(line -> line.equals("launched") || line.matches("[a-z0-9]+-[a-z0-9]+"));
        return (int) lines.stream().filter("launched"::equals).count();
    }

    /** Jobs by "LICENSE USER HOST", as the processes of the hosts show them. */
    private static Map<String, Integer> holders() {
        Map<String, Integer> count = new TreeMap<>();
        IntStream.rangeClosed(1, HOSTS).mapToObj(cluster::host).forEach(host -> cluster.exec(
                        host, "ps", "-eo", "comm=,user:20=")
                .stdout()
                .lines()
                .map(line -> line.split(" +"))
                .filter(words -> words[0].matches("MATLAB|TOOLBOX"))
                .forEach(words -> count.merge(words[0] + " " + words[1] + " " + host, 1, Integer::sum)));
        return count;
    }

    /** The same, as the program has it. */
    private Map<String, Integer> seats() throws Exception {
        Map<String, Integer> count = new TreeMap<>();
        for (Map<?, ?> seat : array(root.run("licenses", "--json").out())) {
            count.put(
                    seat.get("license") + " " + seat.get("user") + " " + seat.get("host"), (Integer) seat.get("jobs"));
        }
        return count;
    }

    private static List<Map<?, ?>> array(String json) throws Exception {
        List<Map<?, ?>> maps = new ArrayList<>();
        JSON.std.listFrom(json).forEach(element -> maps.add((Map<?, ?>) element));
        return maps;
    }
}
