package io.loadshare.config.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QuerySettings;
import io.loadshare.config.Configuration;
import io.loadshare.config.ConfigurationLoader;
import io.loadshare.config.LoadedConfiguration;
import io.loadshare.dispatch.RetrySettings;
import io.loadshare.job.JobSettings;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SciclustImportTest {

    @TempDir
    Path directory;

    private ImportedConfiguration imported(String text) {
        return imported(text.getBytes(StandardCharsets.UTF_8));
    }

    private ImportedConfiguration imported(byte[] text) {
        try {
            return ConfigurationImport.of(List.of(Files.write(directory.resolve("rc"), text)));
        } catch (IOException e) {
            throw new AssertionError("cannot write " + directory, e);
        }
    }

    private List<String> notes(ImportedConfiguration result) {
        return result.notes().stream()
                .map(note -> note.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void everyOptionFindsItsPlace() throws Exception {
        ImportedConfiguration result = ConfigurationImport.of(List.of(
                Path.of(getClass()
                        .getResource("/io/loadshare/config/imports/sciclust")
                        .toURI()),
                Path.of(getClass()
                        .getResource("/io/loadshare/config/imports/sciclustc")
                        .toURI())));
        LoadedConfiguration loaded = ConfigurationLoader.check("f", result.yaml());
        Configuration c = loaded.configuration();
        assertThat(c.agent().clients()).containsExactly("192.168.1.1", "192.168.1.2", "linuxbox3.fernuni-hagen.de");
        assertThat(c.agent().delayEnd()).isEqualTo(Duration.ofSeconds(2));
        assertThat(c.agent().port()).isEqualTo(9415);
        assertThat(c.placement().maxOpenQueryPenalty()).isEqualTo(1.5);
        assertThat(c.placement().openQueryPenalty()).isEqualTo(0.75);
        assertThat(c.placement().recencyPenalty()).isEqualTo(0.25);
        assertThat(c.placement().recencyPenaltyInterval()).isEqualTo(Duration.ofSeconds(45));
        assertThat(c.placement().recencyPenaltyJobs()).isEqualTo(2);
        assertThat(c.placement().runJobPenalty()).isEqualTo(1e-7);
        assertThat(c.placement().model()).isEqualTo(PlacementModel.SCICLUST);
        assertThat(c.placement().maxRuns()).isEqualTo(500);
        assertThat(c.placement().minQueries()).isEqualTo(2);
        assertThat(c.placement().queryPercentage()).isEqualTo(50);
        assertThat(c.placement().waitReplyPercentage()).isEqualTo(80);
        assertThat(c.placement().randomOrder()).isTrue();
        assertThat(c.query().delayEnd()).isEqualTo(Duration.ofMillis(500));
        assertThat(c.retry().first()).isEqualTo(Duration.ofSeconds(20));
        assertThat(c.retry().min()).isEqualTo(Duration.ofSeconds(5));
        assertThat(c.retry().max()).isEqualTo(Duration.ofMinutes(20));
        assertThat(c.retry().factor()).isEqualTo(1.5);
        assertThat(c.job().nice()).containsExactly("nice", "-n", "10");
        assertThat(c.job().useCurrentDirectory()).isFalse();
        assertThat(c.inventory().hosts().stream().map(host -> host.name().value()))
                .containsExactly("linuxbox1", "linuxbox2", "linuxbox3");
        assertThat(c.ssh().command()).containsExactly("/usr/bin/ssh", "-e", "none", "-x");
        assertThat(loaded.show()).contains("# default, locked").contains("port: 9415");
        assertThat(result.yaml()).contains("locked:\n  - agent ");
    }

    @Test
    void defaultsOfOldAreOursToo() {
        ImportedConfiguration result = imported(
                """
                client-nodes "127.0.0.1"
                delay-server-process-end 0
                local-server-configuration yes
                max-open-query-penalty 1.0
                open-query-penalty 0.5
                port 9414
                recency-penalty 0.5
                recency-penalty-interval 30
                recency-penalty-jobs 1
                run-job-penalty 1e-8
                delay-client-end 0
                first-retry-interval 30
                local-client-configuration yes
                max-retry-interval 600
                max-runs 10000
                min-queries 1
                min-retry-interval 1
                nice "nice"
                query-percentage 100
                random-order no
                retry-interval-factor 2
                shell "ssh"
                shell-options "-n -e none"
                use-current-directory yes
                wait-reply-percentage 100
                """);
        Configuration c = ConfigurationLoader.check("f", result.yaml()).configuration();
        assertThat(c.agent()).isEqualTo(AgentSettings.DEFAULT);
        assertThat(c.placement()).isEqualTo(PlacementSettings.DEFAULT.withModel(PlacementModel.SCICLUST));
        assertThat(c.retry()).isEqualTo(RetrySettings.DEFAULT);
        assertThat(c.query()).isEqualTo(QuerySettings.DEFAULT);
        assertThat(c.job()).isEqualTo(JobSettings.DEFAULT);
        assertThat(c.ssh().command()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nodes \"a\" \"b\"\nport 9000",
                "nodes\n  \"a\"\n  \"b\"\nport 9000",
                "(nodes \"a\" \"b\")\n(port 9000)",
                "(nodes (\"a\" \"b\"))\n(port . 9000)",
                "(nodes\n a\n b)\n(port 9000)",
                "((nodes (a b)) (port 9000))",
                "(define nodes '(\"a\" \"b\")) ; all\n(define port 9000)",
                "nodes = \"a\", \"b\"\nport=9000",
                "nodes: [a, b]\nPORT: 9000 # as ever",
                "nodes a b\r\nport 9000\r\n",
                "port \"9000\"\nnodes\n a\n b",
            })
    void punctuationMakesNoDifference(String text) {
        ImportedConfiguration result = imported(text);
        Configuration c = ConfigurationLoader.check("f", result.yaml()).configuration();
        assertThat(c.agent().port()).isEqualTo(9000);
        assertThat(c.inventory().hosts().stream().map(host -> host.name().value()))
                .containsExactly("a", "b");
        assertThat(notes(result)).isEmpty();
    }

    @Test
    void whatIsNotUnderstoodIsToldWithItsPlaceAndLeftOut() {
        ImportedConfiguration result = imported(
                "port abc\nrecencypenalty 1\nmin-queries 2 3\nrandom-order perhaps\nnodes \"a b\" c\nmax-runs\n"
                        + "local-client-configuration 5\nstray\n");
        assertThat(notes(result))
                .containsExactly(
                        "rc:1:1: port must be a whole number, was 'abc'; left out",
                        "rc:2:1: unknown option 'recencypenalty', left out; did you mean 'recency-penalty'?",
                        "rc:3:15: not understood after min-queries: '3'",
                        "rc:4:1: random-order must be yes or no, was 'perhaps'; left out",
                        "rc:5:7: no host name: 'a b'; left out",
                        "rc:6:1: max-runs must be a whole number, was empty; left out",
                        "rc:7:1: local-client-configuration must be yes or no, was '5'; left out",
                        "rc:8:1: unknown option 'stray', left out");
        assertThat(result.yaml().lines().map(line -> line.replaceAll(" *#.*", "")))
                .containsExactly("", "hosts:", "  - {name: c}", "placement:", "  minQueries: 2");
    }

    @Test
    void aValueThatWillNotDoIsToldAsLoadingWouldTellIt() {
        assertThat(notes(imported("query-percentage 0\n")))
                .containsExactly("the result:3:20: placement.queryPercentage must be 1 to 100, was '0'");
    }

    @Test
    void thePlainSshOfOldGivesWayToTheBuiltInOne() {
        ImportedConfiguration result = imported("shell \"ssh\"\nshell-options \"-n -e none\"\nnice \"\"\n");
        assertThat(result.yaml()).doesNotContain("ssh:").contains("nice: []");
        assertThat(notes(result)).containsExactly("rc:1:1: the built-in SSH takes the place of ssh; left out");
    }

    @Test
    void theLastFileHasTheLastWord() throws IOException {
        Path first = Files.writeString(directory.resolve("1"), "port 1\nnodes a\n");
        Path second = Files.writeString(directory.resolve("2"), "port 2\nnodes b\n");
        ImportedConfiguration result = ConfigurationImport.of(List.of(first, second));
        assertThat(result.yaml()).contains("{name: b}").contains("port: 2").doesNotContain("{name: a}");
        assertThat(notes(result))
                .containsExactly(
                        "2:1:1: agent.port = 2 takes the place of 1 from 1:1:1",
                        "2:2:1: hosts take the place of those from 1:2:1");
    }

    @Test
    void latin1CommentsDoNoHarm() {
        byte[] text = "; f\u00fcr alle\nport 9000\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(imported(text).yaml()).contains("port: 9000");
    }

    @Test
    void quotesInsideAValueKeepWordsTogether() throws Exception {
        ImportedConfiguration result = ConfigurationImport.of(List.of(Path.of(getClass()
                .getResource("/io/loadshare/config/imports/sciclustc-with-quotes")
                .toURI())));
        Configuration c = ConfigurationLoader.check("f", result.yaml()).configuration();

        assertThat(c.ssh().command()).containsExactly("ssh", "-x", "-o", "BatchMode yes");
        assertThat(c.inventory().hosts().stream().map(host -> host.name().value()))
                .containsExactly("rechner1", "rechner2", "rechner3.lab.example");
        assertThat(c.job().nice()).isEmpty();
        assertThat(result.notes().stream().map(note -> note.position().line())).containsExactly(4, 6, 9, 10);
    }

    @Test
    void aQuoteThatIsNotClosedIsReported() {
        assertThat(notes(imported("nodes a\nnice \"nice 'x\"\n")))
                .containsExactly("rc:2:6: nice is not imported: the quote ' is not closed in nice 'x");
    }
}
