package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VNC desktops with TigerVNC's own server and viewer, on real hosts. */
@Tag("ssh")
class DesktopCommandTest {

    private static final String SERVER =
            "-displayfd, '{displayfd}', -auth, '{authority}', -rfbunixpath, '{socket}', -SecurityTypes, None";

    private static Cluster cluster;

    @TempDir
    private Path home;

    @BeforeAll
    static void startCluster() {
        Requires.programs("Xvfb", "Xvnc", "xtigervncviewer", "xauth", "xterm", "xwininfo");
        cluster = Cluster.start(3, "--users", "6");
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void endDesktops() {
        for (String host : List.of("h1", "h2", "h3")) {
            cluster.exec(host, "pkill", "-x", "Xvnc|xterm");
            Waiting.until("no desktop runs on " + host, () -> onHost(host, "pgrep -x Xvnc || :")
                    .isEmpty());
        }
    }

    private static String configuration(String hosts, String settings) {
        return """
                hosts: [ { name: "%s", user: u1 } ]
                pools: [ { name: vnc, hosts: "%s" } ]
                ssh: { config: %s, knownHosts: %s }
                %s
                """
                .formatted(hosts, hosts, cluster.sshConfig(), cluster.knownHosts(), settings);
    }

    private Program program(String hosts, String settings) {
        return new Program(home).configure(configuration(hosts, settings));
    }

    private Program program(String hosts) {
        return program(hosts, "desktop: { session: exec xterm }");
    }

    /** Runs a shell command on a host as root. */
    private static String onHost(String host, String command) {
        Cluster.Output output = cluster.exec(host, "sh", "-c", command);
        assertThat(output.status()).as(output.toString()).isZero();
        return output.stdout().strip();
    }

    /** The files of desktops and X servers on a host. */
    private static List<String> leftBehind(String host) {
        return onHost(host, "ls -d /tmp/loadshare-* /tmp/.X*-lock /tmp/.X11-unix/* 2>/dev/null || :")
                .lines()
                .toList();
    }

    private static String field(Program.Result result, String name) {
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.out()).contains("\"" + name + "\"");
        return result.out().replaceFirst("(?s).*\"" + name + "\" : \"?([^\",\n]*).*", "$1");
    }

    @Test
    void simultaneousCallsOfOneUserShareOneDesktop() {
        Program loadshare = program("h[1-3]", "desktop: { session: exec xterm }\nscan: { timeout: 60s }");
        int calls = Size.of("loadshare.desktop.calls", 6, 100);
        assertThat(loadshare.run("scan").status()).isZero();

        List<Program.Running> running = Stream.generate(() -> loadshare.start("desktop", "--json"))
                .limit(calls)
                .toList();
        Waiting.until("all calls have ended", Duration.ofMinutes(5), () -> running.stream()
                .noneMatch(call -> call.process().isAlive()));
        List<Program.Result> results =
                running.stream().map(call -> call.await("")).toList();

        assertThat(results.stream().map(result -> field(result, "id")).distinct())
                .hasSize(1);
        assertThat(results.stream().filter(result -> field(result, "started").equals("true")))
                .hasSize(1);
        assertThat(loadshare.run("desktop", "list").out().lines().skip(1)).hasSize(1);
        assertThat(Stream.of("h1", "h2", "h3")
                        .map(host -> onHost(host, "pgrep -x Xvnc || :"))
                        .filter(s -> !s.isEmpty()))
                .hasSize(1);
    }

    @Test
    void aViewerConnectsThroughATunnelOfItsOwn() throws Exception {
        Program loadshare = program("h1");
        try (Display display = Display.here(home, 95)) {
            loadshare
                    .with("DISPLAY", display.name())
                    .with("XAUTHORITY", display.authority().toString());

            Program.Running viewer = loadshare.start("desktop", "--geometry", "640x480", "--wait-end");

            Waiting.until(
                    Duration.ofMinutes(2), // a host that did not answer in time is tried again after a while
                    () -> display.windows().contains("u1@h1 - TigerVNC"),
                    () -> "no desktop on the display; " + viewer.printed() + viewer.complained());
            assertThat(loadshare.run("desktop", "list").out()).containsPattern("u1 +h1:\\d+ .* connected +desktop-");
            assertThat(reportedIdle(loadshare)).isEqualTo("0");
            String socket = field(loadshare.run("desktop", "--json"), "socket");
            long ssh = ProcessHandle.allProcesses()
                    .filter(process -> process.info()
                            .arguments()
                            .map(words -> String.join(" ", words).contains(":" + socket))
                            .orElse(false))
                    .findFirst()
                    .orElseThrow()
                    .pid();
            viewer.process()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("vncviewer"))
                    .forEach(ProcessHandle::destroy);
            viewer.await("");
            Waiting.until("the tunnel has ended", () -> ProcessHandle.of(ssh).isEmpty());
            Waiting.until(
                    "the desktop is without a viewer",
                    () -> loadshare.run("desktop", "list").out().contains(" disconnected "));
            Waiting.until("the load report shows the same idle time", () -> {
                String before = field(loadshare.run("desktop", "list", "--json"), "idle");
                long reported = Long.parseLong(reportedIdle(loadshare));
                String after = field(loadshare.run("desktop", "list", "--json"), "idle");
                return reported > 0 && reported >= Long.parseLong(before) && reported <= Long.parseLong(after);
            });
            loadshare.configure(configuration("h1", "desktop: { session: exec xterm, idle: 1s }"));
            Waiting.until(
                    "the desktop is marked",
                    () -> loadshare.run("desktop", "list").out().contains(" idle "));
        }
    }

    /** Measures h1 and returns how long its desktop was not used. */
    private static String reportedIdle(Program loadshare) {
        assertThat(loadshare.run("scan", "--force").status()).isZero();
        String load = loadshare.run("load", "--json").out();
        assertThat(load).containsPattern("\"user\" : \"u1\",\\s+\"display\" : \":\\d+\",\\s+\"since\" : \"2.*Z\"");
        return load.replaceFirst("(?s).*\"idle\" : (\\w+).*", "$1");
    }

    /** Their logs cannot be read, but everybody sees connections and when a terminal was last used. */
    @Test
    void theTimesOfOtherUsersDesktopsAreReported() {
        Program loadshare = program("h1");
        assertThat(loadshare.run("desktop", "--print").status()).isZero();

        loadshare.configure(configuration("h1", "").replace("user: u1", "user: u2"));

        Waiting.until("the terminal is idle", () -> Long.parseLong(reportedIdle(loadshare)) > 10);
        onHost("h1", "touch -a $(find /dev/pts -user u1)");
        assertThat(Long.parseLong(reportedIdle(loadshare))).isLessThan(10);
    }

    @Test
    void nobodyElseReachesADesktop() {
        Program loadshare = program("h1");
        Program.Result desktop = loadshare.run("desktop", "--json");
        String socket = field(desktop, "socket");
        String directory = "/home/u1/.loadshare/h1/" + field(desktop, "id");

        String parts = socket + " " + Path.of(socket).getParent() + " " + directory + "/Xauthority";
        assertThat(onHost("h1", "stat -c '%A %U' " + parts)).isEqualTo("srw------- u1\ndrwx------ u1\n-rw------- u1");
        String key = onHost("h1", "xauth -f " + directory + "/Xauthority list | awk '{ print $3 }'");
        assertThat(key).hasSize(32);
        String all = onHost("h1", "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; tr '\\0' ' ' <$p/environ; done");
        assertThat(all).contains("Xvnc").doesNotContain(key);
        String server = onHost("h1", "pgrep -x Xvnc");
        assertThat(onHost("h1", "ss -ltnp | grep pid=" + server + ", || :")).isEmpty();
        String display = field(desktop, "display");
        String look = "DISPLAY=" + display + " xwininfo -root";
        assertThat(cluster.exec("h1", Display.asUser("u2", "sh", "-c", look)).status())
                .isNotZero();
        assertThat(cluster.exec(
                                "h1",
                                Display.asUser("u1", "sh", "-c", "XAUTHORITY=" + directory + "/Xauthority " + look))
                        .stdout())
                .contains("Width: 1920", "Height: 1080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkill -KILL -x Xvnc", "pkill -KILL -u u1"})
    void aKilledDesktopIsCleanedUpAndStartedAgain(String kill) {
        Program loadshare = program("h1");
        String id = field(loadshare.run("desktop", "--json"), "id");

        onHost("h1", kill);
        Program.Result second = loadshare.run("desktop", "--json");

        assertThat(field(second, "id")).isNotEqualTo(id);
        String display = field(second, "display");
        String number = display.substring(1); // the X servers of all hosts here share one name space of displays
        assertThat(leftBehind("h1"))
                .containsExactlyInAnyOrder(
                        Path.of(field(second, "socket")).getParent().toString(),
                        "/tmp/.X" + number + "-lock",
                        "/tmp/.X11-unix/X" + number);
        assertThat(onHost("h1", "cat /tmp/.X" + number + "-lock")).isEqualTo(onHost("h1", "pgrep -x Xvnc"));
        assertThat(loadshare.run("scan", "--force").status()).isZero();
        assertThat(loadshare.run("load", "--json").out())
                .containsPattern("\"user\" : \"u1\",\\s+\"display\" : \"" + display + "\"");
    }

    @Test
    void aDesktopIsAJobThatIsListedAndStopped() {
        Program loadshare = program("h1");
        Program.Result first = loadshare.run("desktop", "--print");
        assertThat(first.status()).as(first.toString()).isZero();
        String name = first.out().lines().findFirst().orElseThrow();
        assertThat(first.out()).containsPattern("ssh -N -L localhost:59\\d\\d:/tmp/loadshare-desktop-.*/vnc u1@");
        assertThat(loadshare.run("desktop", "--print").out()).isEqualTo(first.out());
        String second = field(loadshare.run("desktop", "--new", "--json"), "display");

        Program.Result ambiguous = loadshare.run("desktop", "stop");
        assertThat(ambiguous.status()).as(ambiguous.toString()).isEqualTo(64);
        assertThat(ambiguous.err()).contains(name, "h1" + second);
        assertThat(loadshare.run("desktop", "stop", name).status()).isZero();
        assertThat(loadshare.run("desktop", "list").out())
                .contains("h1" + second)
                .doesNotContain(name + " ");
        String id = loadshare
                .run("jobs")
                .out()
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow()
                .split(" ")[0];
        assertThat(loadshare.run("kill", id).err()).contains("KILLED 15");
        assertThat(loadshare.run("desktop", "list", "--json").out().strip()).isEqualTo("[ ]");
        assertThat(loadshare.run("desktop", "stop").status()).isEqualTo(66);
        assertThat(leftBehind("h1")).isEmpty();
    }

    @Test
    void rootListsAndStopsTheDesktopOfAnotherUser() throws Exception {
        Program loadshare = program("h1");
        Program.Result desktop = loadshare.run("desktop", "--json");
        String name = "h1" + field(desktop, "display");
        loadshare.configure(configuration("h1", "").replace("user: u1", "user: root"));

        assertThat(loadshare.run("desktop", "list", "--owner", "u1").out())
                .containsPattern("u1 +" + name + " .* disconnected +" + field(desktop, "id"));
        Program.Result stop = loadshare.run("desktop", "stop", "--owner", "u1", name);

        assertThat(stop.status()).as(stop.toString()).isZero();
        assertThat(leftBehind("h1")).isEmpty();
    }

    @Test
    void aDesktopWhoseHostDoesNotAnswerTheQuestionForItsStateIsNotTakenForAMissingOne() {
        Program loadshare = program("h1");
        Program.Result desktop = loadshare.run("desktop", "--json");
        String id = field(desktop, "id");
        onHost("h1", "rm /home/u1/.loadshare/h1/" + id + "/server.log");

        assertThat(loadshare.run("desktop", "list").out()).containsPattern("h1:\\? .* unknown +" + id);
        Program.Result stop = loadshare.run("desktop", "stop", "h1" + field(desktop, "display"));
        assertThat(stop.status()).as(stop.toString()).isEqualTo(69);
        assertThat(stop.err()).contains("cannot find desktop 'h1:", id + " on h1 did not answer");
        assertThat(loadshare.run("desktop", "stop", "h2:1").status()).isEqualTo(66);
    }

    @Test
    void noTunnelIsLeftBehindIfTheViewerCannotStart() throws Exception {
        Program loadshare = program("h1");
        String socket = field(loadshare.run("desktop", "--json"), "socket");
        Path programs = Files.createDirectory(home.resolve("programs")); // without sh, which starts the viewer
        for (String program : List.of("setsid", "ssh", "xtigervncviewer")) {
            Files.createSymbolicLink(programs.resolve(program), Path.of("/usr/bin", program));
        }

        Program.Result result = loadshare
                .with("PATH", programs.toString())
                .with("DISPLAY", ":95")
                .run("desktop", "--wait-end");

        assertThat(result.status()).as(result.toString()).isEqualTo(70);
        Waiting.until("the tunnel has ended", () -> ProcessHandle.allProcesses()
                .noneMatch(process -> process.info().commandLine().orElse("").contains(":" + socket)));
    }

    @Test
    void aDesktopEndsWithItsSession() {
        Program loadshare = program("h1");
        String id = field(loadshare.run("desktop", "--json"), "id");

        onHost("h1", "pkill -x xterm");

        Waiting.until(
                "the desktop has ended", () -> loadshare.run("status", id).out().contains("EXITED 0"));
        assertThat(leftBehind("h1")).isEmpty();
    }

    @Test
    void aHostWithoutAServerNamesWhatToInstallAndTheNextHostIsTried() {
        onHost("h2", "ln -s $(command -v Xvnc) /var/tmp/Xvnc");
        String settings = "desktop: { session: exec xterm, command: [/var/tmp/Xvnc, " + SERVER + ", -rfbport, '-1'] }";
        Program.Result found = program("h[1-2]", settings).run("desktop", "--json");
        assertThat(field(found, "host")).isEqualTo("h2");

        Program.Result none = program("h[1,3]", settings).run("desktop", "--json");
        assertThat(none.status()).as(none.toString()).isEqualTo(77);
        assertThat(none.err())
                .contains("/var/tmp/Xvnc is not installed on this host: install tigervnc-standalone-server (Debian");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "command: [Xvnc, SERVER, -rfbport, '5977'] | listens on TCP",
                "command: [sh, -c, 'exit 7', SERVER] | sh did not start (status 7)",
                "command: [sh, -c, '\"$@\"; exit', x, Xvnc, SERVER, -rfbport, '5977'] | starts the server as another process",
                "command: [Xvnc, SERVER, -rfbport, '-1'], session: exit 5 | session ended at once with status 5"
            })
    void aDesktopThatCannotWorkIsRefusedWithTheReason(String caseText) {
        String settings = caseText.split(" \\| ")[0].replace("SERVER", SERVER);
        Program.Result result = program("h1", "desktop: { " + settings + " }").run("desktop");

        assertThat(result.status()).as(result.toString()).isEqualTo(77);
        assertThat(result.err()).contains(caseText.split(" \\| ")[1]);
        assertThat(onHost("h1", "pgrep -x Xvnc || :")).isEmpty();
        assertThat(leftBehind("h1")).isEmpty();
    }

    @Test
    void aHostThatHangsIsReportedAfterTheTimeoutOfAScan() {
        Program loadshare =
                program("h1", "desktop: { session: exec xterm }\nscan: { timeout: 3s, connectTimeout: 2s }");
        String id = field(loadshare.run("desktop", "--json"), "id");
        cluster.hang("h1");
        try {
            Program.Result hung = loadshare.run("desktop");
            assertThat(hung.status()).as(hung.toString()).isEqualTo(69);
            assertThat(hung.err()).contains(id + " on h1 may still run", "within 3 s", "--new");
        } finally {
            cluster.resume("h1");
        }
        assertThat(field(loadshare.run("desktop", "--json"), "id")).isEqualTo(id);
    }

    /** Another server is a line of the configuration, or a script with options of its own. */
    @Test
    void theCommandMayBeAScriptOfTheSite() {
        onHost(
                "h1",
                """
                cat >/var/tmp/site-desktop <<'END'
                #!/bin/sh
                for word; do
                    case $word in
                        size=*) size=${word#size=} ;;
                        key=*) key=${word#key=} ;;
                        show=*) show=${word#show=} ;;
                        number=*) number=${word#number=} ;;
                    esac
                done
                exec Xtigervnc -displayfd "$number" -auth "$key" -rfbunixpath "$show" -rfbport -1 -SecurityTypes None \\
                    -geometry "$size"
                END
                chmod 755 /var/tmp/site-desktop
                """);
        Program loadshare = program(
                "h1",
                "desktop: { session: exec xterm, command: [/var/tmp/site-desktop, 'size={geometry}',"
                        + " 'key={authority}', 'show={socket}', 'number={displayfd}'] }");

        assertIsDesktop(loadshare);
    }

    /** An X server without VNC, with a second program for the viewers. */
    @Test
    void theExampleShowsAnotherXServer() {
        Requires.programs("X0tigervnc", "Xvfb");
        Path script = Path.of("contrib/desktop-x0vncserver").toAbsolutePath();
        onHost("h1", "cp " + script + " /var/tmp/desktop-x0vncserver");
        Program loadshare = program(
                "h1",
                "desktop: { session: exec xterm, command: [/var/tmp/desktop-x0vncserver,"
                        + " '{socket}', '{authority}', '{displayfd}', '{geometry}'] }");

        assertIsDesktop(loadshare);
        assertThat(onHost("h1", "pgrep -x Xvfb || :")).isEmpty();
    }

    /** Starts a desktop of a certain size, finds it again, and stops it. */
    private static void assertIsDesktop(Program loadshare) {
        Program.Result desktop = loadshare.run("desktop", "--geometry", "1280x800", "--json");
        String id = field(desktop, "id");
        assertThat(field(loadshare.run("desktop", "--json"), "id")).isEqualTo(id);
        String look = "DISPLAY=" + field(desktop, "display") + " XAUTHORITY=.loadshare/h1/" + id
                + "/Xauthority xwininfo -root";
        assertThat(cluster.exec("h1", Display.asUser("u1", "sh", "-c", "cd && " + look))
                        .stdout())
                .contains("Width: 1280", "Height: 800");
        assertThat(loadshare.run("desktop", "stop").status()).isZero();
        assertThat(leftBehind("h1")).isEmpty();
    }

    @Test
    void aHostThatIsGoneIsReportedAndAnotherDesktopCanBeStarted() {
        Program loadshare =
                program("h[1-2]", "desktop: { session: exec xterm }\nscan: { timeout: 3s, connectTimeout: 2s }");
        Program.Result first = loadshare.run("desktop", "--json");
        String host = field(first, "host");
        cluster.kill(host);
        try {
            Program.Result gone = loadshare.run("desktop");
            assertThat(gone.status()).as(gone.toString()).isEqualTo(69);
            assertThat(gone.err()).contains(field(first, "id"), "on " + host, "--new");
            Program.Result stop = loadshare.run("desktop", "stop");
            assertThat(stop.status()).as(stop.toString()).isEqualTo(69);
            assertThat(stop.err())
                    .contains("cannot find your only desktop (none was found; " + host + " did not answer");
            String display = field(first, "display");
            assertThat(loadshare.run("desktop", "stop", host + display).err())
                    .contains("cannot find desktop '" + host + display + "' (none was found; " + host);

            Program.Result another = loadshare.run("desktop", "--new", "--json");
            assertThat(field(another, "host")).isNotEqualTo(host);
            assertThat(field(loadshare.run("desktop", "--json"), "id")).isEqualTo(field(another, "id"));
        } finally {
            cluster.boot(host);
        }
    }

    @Test
    void theDesktopsOfSeveralUsersSpread() throws Exception {
        Path directory = Files.createTempDirectory(cluster.directory(), "shared-");
        Files.setAttribute(directory, "unix:mode", 0755);
        Path state = Files.createDirectory(directory.resolve("state"));
        Files.setAttribute(state, "unix:gid", 47100);
        Files.setAttribute(state, "unix:mode", 02770);
        Path file = Files.writeString(
                directory.resolve("config.yaml"),
                """
                hosts: [ { name: "h[1-3]" } ]
                state: { directory: %s, shared: true }
                desktop: { session: exec xterm }
                """
                        .formatted(state));
        Path installed = InstalledProgram.in(directory.resolve("program"));
        List<Program.Running> calls = new ArrayList<>();
        for (int user = 1; user <= 6; user++) {
            List<String> words = cluster.process("as", "u" + user).command();
            calls.add(new Program(home)
                    .installed(installed)
                    .with("LOADSHARE_CONFIG", file.toString())
                    .through(words.toArray(String[]::new))
                    .start("desktop", "--json"));
        }

        assertThat(calls.stream()
                        .map(call -> field(call.await(""), "host"))
                        .collect(Collectors.groupingBy(host -> host, Collectors.counting())))
                .hasSize(3)
                .allSatisfy((host, desktops) -> assertThat(desktops).isEqualTo(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-input", "--detach"})
    void aJobWithAVirtualDisplayDrawsOnAnXServerOfItsOwnThatEndsWithIt(String kind) throws Exception {
        Program loadshare = program("h1");
        String look = "xwininfo -root; pgrep -x Xvfb; exit 3";

        Program.Result result = loadshare.run("run", "--display", "virtual", kind, "--", "sh", "-c", look);
        String output = result.out();
        if (kind.equals("--detach")) {
            String id = output.strip();
            Waiting.until(
                    "the job has ended", () -> loadshare.run("status", id).out().contains("EXITED 3"));
            output = loadshare.run("logs", id).out();
        } else {
            assertThat(result.status()).as(result.toString()).isEqualTo(3);
        }

        assertThat(output).contains("Width: 1920", "Height: 1080").containsPattern("(?m)^\\d+$");
        assertThat(onHost("h1", "pgrep -x Xvfb || :; ls /tmp/.X11-unix")).isEmpty();
    }

    @Test
    void aKilledJobLeavesNoVirtualDisplay() throws Exception {
        Program loadshare = program("h1");
        String id = loadshare
                .run("run", "--display", "virtual", "--detach", "--", "sleep", "600")
                .out()
                .strip();
        Waiting.until("its display is there", () -> !onHost("h1", "ls -A /tmp/.X11-unix")
                .isEmpty());

        assertThat(loadshare.run("kill", id).err()).contains("KILLED 15");

        assertThat(onHost("h1", "pgrep -x Xvfb || :; ls /tmp/.X11-unix")).isEmpty();
    }

    @Test
    void aHostWithoutXvfbIsPassedOver() {
        onHost("h2", "mount --bind /dev/null /usr/bin/Xvfb");
        try {
            String[] words = {"run", "--display", "virtual", "--hosts", "h2", "--", "true"};
            Program.Result refused = program("h2").run(words);
            assertThat(refused.status()).as(refused.toString()).isEqualTo(77);
            assertThat(refused.err()).contains("cannot run on h2: it has no Xvfb", "install xvfb (Debian");

            cluster.load("h1", 5);
            Program.Result moved = program("h[1-2]")
                    .run("run", "-d", "--display", "virtual", "--", "sh", "-c", "echo $LOADSHARE_HOST");
            assertThat(moved.out()).as(moved.toString()).isEqualTo("h1\n");
        } finally {
            onHost("h2", "umount /usr/bin/Xvfb");
        }
        assertThat(program("h2").run("run", "--display", "reel", "--", "true").err())
                .contains("--display must be 'virtual' or 'none', was 'reel'");
    }
}
