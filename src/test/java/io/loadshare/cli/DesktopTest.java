package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs with windows, on real X servers, from real hosts: automaticanalysis' line that starts a worker. */
@Tag("ssh")
class DesktopTest {

    private static final int BLACK = 0x000000;
    private static final int YELLOW = 0xffff00;
    private static final String[] WORKER = {"title:aaworker1", "highmemory", "workerdesktop", "fmri", "disp(6 * 7)"};

    private static Cluster cluster;
    private static Path tree;

    @TempDir
    private Path home;

    @BeforeAll
    static void startCluster() throws Exception {
        Requires.programs("Xvfb", "Xvnc", "xauth", "xterm", "xwininfo", "xwd", "octave-cli");
        tree = Display.openDirectory("loadshare-program-");
        InstalledProgram.in(tree);
        cluster = Cluster.start(2, "--users", "1", "--bind", tree.toString());
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void endTerminals() {
        cluster.exec("h1", "pkill", "-x", "xterm|Xvnc");
        cluster.exec("h2", "pkill", "-x", "xterm");
    }

    private static String configuration(String hosts, String ssh) {
        return """
                hosts: [ { name: "%s", user: u1, tags: [highmemory] } ]
                pools: [ { name: vnc, hosts: "%s" } ]
                licenses: [ { name: matlab, process: octave-cli, perUser: 8, rule: spread } ]
                software:
                  - name: spm
                    pool: vnc
                    license: matlab
                    versions: [ { name: spm12, path: /imaging/spm12 } ]
                    worker: [xterm, -T, "{title}", -bg, black, -fg, yellow, -cr, yellow,
                             -e, octave-cli, --quiet, --norc, --persist, --eval, "{eval}"]
                %s
                """
                .formatted(hosts, hosts, ssh);
    }

    private static void assertTerminal(Display display) throws Exception {
        Waiting.until("a window of that title", () -> display.windows().contains("\"aaworker1\""));
        Waiting.until("yellow text", () -> display.pixels(YELLOW) > 100);
        assertThat(display.pixels(BLACK)).as("black pixels").isGreaterThan(484 * 316 / 2);
        assertThat(display.pixels(YELLOW)).isLessThan(display.pixels(BLACK) / 5);
    }

    @Test
    void aWorkersTerminalOpensOnTheCallersDisplayThroughSsh() throws Exception {
        Program loadshare = new Program(home)
                .installed(tree.resolve("bin/loadshare"))
                .configure(configuration(
                        "h[1-2]",
                        "ssh: { config: %s, knownHosts: %s }".formatted(cluster.sshConfig(), cluster.knownHosts())));
        try (Display display = Display.here(home, 91)) {
            loadshare
                    .with("DISPLAY", display.name())
                    .with("XAUTHORITY", display.authority().toString());
            List<String> words = new ArrayList<>(List.of("spm", "-d", "--hosts", "h2"));
            words.addAll(List.of(WORKER));

            Program.Result started = loadshare.run(words.toArray(String[]::new));

            assertThat(started.status()).as(started.toString()).isZero();
            assertThat(started.out()).isEmpty();
            assertThat(started.err()).contains("goes to h2");
            assertTerminal(display);
            assertThat(loadshare.run("scan", "--force").status()).isZero();
            assertThat(loadshare.run("licenses").out())
                    .containsPattern("matlab +u1 +h2 +1 ")
                    .contains("u1 has 1 of 8");

            String id = loadshare
                    .run("jobs")
                    .out()
                    .lines()
                    .skip(1)
                    .findFirst()
                    .orElseThrow()
                    .split(" ")[0];
            assertThat(loadshare.run("kill", id).status()).isZero();
            Waiting.until("its window is gone", () -> !display.windows().contains("\"aaworker1\""));
        }
    }

    @Test
    void aProgramThatEndsAtOnceShowsItsLastWordsAndStatus() throws Exception {
        Program loadshare = throughSsh("command: [sh, -c, 'echo bad option >&2; exit 7']");
        try (Display display = Display.here(home, 92)) {
            Program.Result result = loadshare
                    .with("DISPLAY", display.name())
                    .with("XAUTHORITY", display.authority().toString())
                    .run("spm", "--hosts", "h2");

            assertThat(result.status()).as(result.toString()).isEqualTo(7);
            assertThat(result.err()).contains("bad option");
        }
    }

    @Test
    void aHostThatDoesNotForwardX11IsRefused() throws Exception {
        Program loadshare = throughSsh("command: [sh, -c, 'sleep 60']");
        onH1("sed -i.kept 's/^/no-X11-forwarding /' ~u1/.ssh/authorized_keys");
        try (Display display = Display.here(home, 92)) {
            Program.Result result = loadshare
                    .with("DISPLAY", display.name())
                    .with("XAUTHORITY", display.authority().toString())
                    .run("spm", "--no-wait", "--hosts", "h1");

            assertThat(result.status()).as(result.toString()).isEqualTo(77);
            assertThat(result.err())
                    .contains("h1 does not forward X11", "'X11Forwarding yes' in the sshd_config of h1", "xauth");
        } finally {
            onH1("mv ~u1/.ssh/authorized_keys.kept ~u1/.ssh/authorized_keys");
        }
    }

    private static void onH1(String command) {
        Cluster.Output output = cluster.exec("h1", "sh", "-c", command);
        assertThat(output.status()).as(output.toString()).isZero();
    }

    /** The program, which reaches the hosts by SSH alone; its spm is this. */
    private Program throughSsh(String command) {
        String ssh = "ssh: { config: %s, knownHosts: %s }".formatted(cluster.sshConfig(), cluster.knownHosts());
        return new Program(home)
                .installed(tree.resolve("bin/loadshare"))
                .configure(configuration("h[1-2]", ssh)
                        .replaceFirst("(?m)^( +)worker: ", "$1" + command + "\n$1worker: "));
    }

    @Test
    void onADesktopOfTheChosenHostAProgramTakesTheDisplayDirectlyAndElsewhereThroughSsh() throws Exception {
        try (Display desktop = Display.desktop(cluster, "h1", "u1", 7)) {
            for (String host : List.of("h1", "h2")) {
                Path file = Files.writeString(tree.resolve(host + ".yaml"), configuration("h[1-2]", ""));
                List<String> words = new ArrayList<>(List.of("env", "DISPLAY=:7", "LOADSHARE_CONFIG=" + file));
                words.addAll(List.of(tree.resolve("bin/loadshare").toString(), "spm", "--hosts", host));
                words.addAll(List.of(WORKER));

                Cluster.Output started = cluster.exec("h1", Display.asUser("u1", words.toArray(String[]::new)));

                assertThat(started.status()).as(started.toString()).isZero();
                assertTerminal(desktop);
                String display = cluster.exec(host, "sh", "-c", "tr '\\0' '\\n' </proc/$(pgrep -x xterm)/environ")
                        .stdout();
                assertThat(display.lines().filter(line -> line.startsWith("DISPLAY=")))
                        .singleElement()
                        .asString()
                        .matches(host.equals("h1") ? "DISPLAY=:7" : "DISPLAY=localhost:\\d+(\\.0)?");
                cluster.exec(host, "pkill", "-x", "xterm");
                Waiting.until("its window is gone", () -> !desktop.windows().contains("\"aaworker1\""));
            }
        }
    }
}
