package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU Octave in Matlab's place: batches through {@code spm} on real hosts, whose processes hold the license's seats. */
@Tag("ssh")
class OctaveTest {

    private static Cluster cluster;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startCluster() {
        Requires.programs("octave-cli");
        cluster = Cluster.start(3, "--users", "1");
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp() {
        loadshare = new Program(home);
        configure("perUser: 2, rule: save");
    }

    private void configure(String rule) {
        loadshare.configure(
                """
                hosts: [ { name: "h[1-3]", user: u1 } ]
                pools: [ { name: vnc, hosts: "h[1-3]" } ]
                licenses: [ { name: matlab, process: octave-cli, %s } ]
                placement: { slotsPerCore: none }
                software:
                  - name: spm
                    pool: vnc
                    license: matlab
                    versions: [ { name: spm8, path: "/imaging/o'brien/spm8" }, { name: spm12, path: /imaging/spm12 } ]
                    command: [octave-cli, --quiet, --norc, --no-history, --eval, "version_path = {path:m}; modality = {modality:m}; {eval}"]
                    worker: [octave-cli, --quiet, --norc, --no-history, --eval, "eval({eval:m}); printf('of %%s\\\\n', {title:m})"]
                    batch: [octave-cli, --quiet, --norc, --no-history, --eval, "defaults = {modality:m}; slots = {slots}; {eval}"]
                ssh: { config: %s, knownHosts: %s }
                """
                        .formatted(rule, cluster.sshConfig(), cluster.knownHosts()));
    }

    @Test
    void aBatchRunsOnTheHostsAndEachProcessHoldsASeat() throws Exception {
        List<Program.Running> batch = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            batch.add(loadshare.start(
                    "spm", "fmri", "pause(20); printf('%d of %s', sum(1:" + i + "), getenv('LOADSHARE_HOST'))"));
        }
        Waiting.until(
                "four Octaves run",
                () -> IntStream.rangeClosed(1, 3).map(OctaveTest::octaves).sum() == 4);
        assertThat(IntStream.rangeClosed(1, 3).filter(i -> octaves(i) > 0))
                .as("hosts on which the user holds a seat, at most two")
                .hasSizeBetween(1, 2);
        assertThat(loadshare.run("scan", "--force").status()).isZero();
        for (int i = 1; i <= 3; i++) {
            String host = cluster.host(i);
            String seats = loadshare.run("licenses").out();
            if (octaves(i) > 0) {
                assertThat(seats).containsPattern("matlab +u1 +" + host + " +" + octaves(i) + " ");
            } else {
                assertThat(seats).doesNotContain(host);
            }
        }
        assertThat(loadshare.run("load", "--json").out().replaceAll("\\s+", " "))
                .contains("{ \"license\" : \"matlab\", \"user\" : \"u1\", \"processes\" : ");

        for (int i = 1; i <= 4; i++) {
            Program.Result result = batch.get(i - 1).await("");
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(result.out()).matches(i * (i + 1) / 2 + " of h[1-3]");
        }
        assertThat(loadshare.run("licenses").out()).contains("u1").doesNotContain("matlab   u1");
    }

    private static int octaves(int host) {
        String count = cluster.exec(cluster.host(host), "pgrep", "-c", "-x", "octave-cli")
                .stdout();
        return Integer.parseInt(count.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = 'it''s'; y = \"two \\\"words\\\"\"; printf('%s|%s|%5.1f%%', x, y, 99.5)",
                "a = [1;2;3]; % a comment; with 'quotes\nprintf('%d\\n', a'); if a(1) == 1\n  disp('$HOME `id` *')\nend",
                "disp(double('\u00fc\u20ac')); disp('  spaces  kept  ');; disp(\"tab\\tend\")",
            })
    void aCommandArrivesUnharmed(String command) throws Exception {
        Process here = new ProcessBuilder("octave-cli", "--quiet", "--norc", "--eval", command).start();
        String expected = new String(here.getInputStream().readAllBytes());
        assertThat(here.waitFor()).isZero();

        Program.Result plain = loadshare.run("spm", "spm8", command);
        assertThat(plain).isEqualTo(new Program.Result(0, expected, ""));
        Program.Result quoted = loadshare.run("spm", "workerdesktop", "title:o'brien 100%", command);
        assertThat(quoted).isEqualTo(new Program.Result(0, expected + "of o'brien 100%\n", ""));
    }

    @Test
    void aBatchEndsWithTheReportAndTheStatusOfItsError() {
        Program.Result good = loadshare.run(
                "spm",
                "--slots",
                "2",
                "pet",
                "batch",
                "printf('%s %d %s', defaults, slots, getenv('OMP_NUM_THREADS'))");
        assertThat(good).isEqualTo(new Program.Result(0, "pet 2 2", ""));

        Program.Result bad = loadshare.run("spm", "batch", "disp(1); error('no such file: %s', 'job.mat'); disp(2)");
        assertThat(bad.status()).isEqualTo(1);
        assertThat(bad.out()).isEqualTo("1\n");
        assertThat(bad.err()).contains("error: no such file: job.mat");
    }

    /** automaticanalysis starts its workers together, each with a command of its own. */
    @ParameterizedTest
    @CsvSource({"'perUser: 8, rule: spread', 2 3 3", "'perUser: 2, rule: save', 4 4"})
    void eightWorkersStartAtOnce(String rule, String workersPerHost) throws Exception {
        configure(rule);
        assertThat(loadshare.run("scan", "--force").status()).isZero();
        List<Program.Running> workers = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            workers.add(loadshare.startAs(
                    "spm",
                    "title:aaworker" + i,
                    "workerdesktop",
                    "fmri",
                    "while ~exist('/tmp/go', 'file'), pause(0.1); end\nprintf('%s', \"worker\\t" + i
                            + " 'q' \u00fc $HOME\"); aaworker = " + i + ";"));
        }
        Waiting.until(
                "eight Octaves run",
                () -> IntStream.rangeClosed(1, 3).map(OctaveTest::octaves).sum() == 8);
        String spread = IntStream.rangeClosed(1, 3)
                .map(OctaveTest::octaves)
                .filter(count -> count > 0)
                .sorted()
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
        for (int i = 1; i <= 3; i++) {
            cluster.exec(cluster.host(i), "touch", "/tmp/go");
        }
        try {
            for (int i = 1; i <= 8; i++) {
                assertThat(workers.get(i - 1).await(""))
                        .isEqualTo(
                                new Program.Result(0, "worker\t" + i + " 'q' \u00fc $HOMEof aaworker" + i + "\n", ""));
            }
        } finally {
            for (int i = 1; i <= 3; i++) {
                cluster.exec(cluster.host(i), "rm", "-f", "/tmp/go");
            }
        }
        assertThat(spread).isEqualTo(workersPerHost);
    }
}
