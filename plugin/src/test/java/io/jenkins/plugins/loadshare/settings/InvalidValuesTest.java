package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.yaml.YamlSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class InvalidValuesTest {

    private static JenkinsRule j;

    @BeforeAll
    static void setUp(JenkinsRule rule) {
        j = rule;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            HostEntry        | name            | l[01-36],big1   | `` | OK
            HostEntry        | name            | l[3-1]          | `` | range '3-1' in 'l[3-1]' must increase
            HostEntry        | port            | 70000           | name=l01 | port of host l01 must be 1 to 65535, was 70000
            HostEntry        | address         | a b             | name=l01 | address of host l01 must be one word
            HostEntry        | local           | true            | name=l[01-36] | local requires an entry with one host, but this one expands to 36 hosts
            HostEntry        | tags            | a b             | name=l01 | tag must be letters
            HostEntry        | speed           | 0               | name=l01 | speed of host l01 must be > 0, was 0.0
            PoolEntry        | hosts           | saved           | `` | OK
            PoolEntry        | hosts           | safed           | `` | not among the saved hosts: 'safed'; did you mean 'saved'?
            PoolEntry        | usableBy        | /x              | `` | usableBy must be full names
            PoolEntry        | overflow        | soon            | `` | overflow: duration must be whole numbers
            SlurmEntry       | login           | saved           | `` | OK
            SlurmEntry       | login           | safed           | `` | not among the saved hosts: 'safed'; did you mean 'saved'?
            SlurmEntry       | partition       | -p              | `` | slurm.partition must be one word that does not begin with '-'
            SlurmEntry       | options         | --array=1-9     | `` | must not be an option that loadshare sets itself
            LicenseEntry     | slurm           | a b             | `` | slurm of license 'l' must be letters
            LicenseEntry     | perUser         | 0               | name=m | perUser of license 'm' must be ≥ 1, was 0
            SoftwareEntry    | pool            | vnk             | `` | unknown pool 'vnk'; did you mean 'vnc'? (configured: vnc)
            SoftwareEntry    | command         | {pth}           | `` | unknown placeholder '{pth}'; did you mean 'path'?
            SoftwareEntry    | commands        | /bin/x          | `` | without a directory
            ScanSection      | interval        | 1h30m           | `` | OK
            ScanSection      | interval        | soon            | `` | interval: duration must be whole numbers with units ms, s, m, h or d, such as 30s or 1h30m, was 'soon'
            PlacementSection | openQueryPenalty| -1              | `` | openQueryPenalty must be ≥ 0, was -1.0
            RetrySection     | max             | 2m              | min=5m | max must be ≥ min (5m), was 2m
            RetrySection     | min             | 5m              | max=`` | OK
            JobSection       | keep            | 2               | `` | keep: duration must be whole numbers with units
            DesktopSection   | command         | Xvnc            | `` | command must be the argv of a VNC server with {socket}
            DesktopSection   | idle            | 0s              | `` | idle must be > 0
            SshSection       | config          | x               | `` | config must begin with '/' or '~/', was 'x'
            AgentsSection    | directory       | here            | `` | directory must begin with / or ~/
            NodesSection     | label           | a &&            | `` | label:
            """)
    void aWrongValueIsSaidBesideItsField(String type, String field, String value, String sibling, String message)
            throws Exception {
        Yaml.load("hosts: [ { name: saved } ]\npools: [ { name: vnc, hosts: saved } ]");
        String url = "descriptorByName/io.jenkins.plugins.loadshare.settings." + type + "/check"
                + Character.toUpperCase(field.charAt(0)) + field.substring(1);
        String answer = Requests.post(j.createWebClient(), url, value, sibling);
        if (message.equals("OK")) {
            assertThat(answer).isEqualTo("<div/>");
        } else {
            assertThat(unescaped(answer)).as(answer).contains(message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            hosts: [ { name: "l[3-1]" } ]                             | hosts 'l[3-1]': name: range '3-1' in 'l[3-1]' must increase
            hosts: [ { name: a, port: 70000 } ]                       | hosts 'a': port of host a must be 1 to 65535, was 70000
            hosts: [ { name: a, port: ssh } ]                         | hosts 'a': port must be a whole number, was 'ssh'
            pools: [ { name: p, slurm: { login: b } } ]               | pools 'p': slurm: login: unknown host 'b'
            pools: [ { name: p, hosts: b, slurm: { login: b } } ]     | pools 'p': slurm: login: unknown host 'b'
            hosts: [ { name: a, speed: fast } ]                       | hosts 'a': speed must be a number, was 'fast'
            hosts: [ { name: a, user: "-oProxyCommand=x" } ]          | hosts 'a': user of host a must be one word that does not begin with '-'
            hosts: [ { name: "a,b", address: 10.0.0.1 } ]             | address requires an entry with one host, but this one expands to 2 hosts
            hosts: [ { name: "a,b", local: true } ]                   | local requires an entry with one host
            hosts: [ { name: a }, { name: a } ]                       | host 'a' is listed twice
            pools: [ { name: p, hosts: nowhere } ]                    | pool 'p' names unknown host 'nowhere'
            hosts: [ { name: a, tags: ["x y"] } ]                     | tag must be letters
            licenses: [ { name: m, process: M, perUser: 0 } ]         | licenses 'm': perUser of license 'm' must be ≥ 1, was 0
            licenses: [ { name: m, process: M, perUser: 1, rule: x } ]| rule must be one of spread, save, was 'x'
            software: [ { name: s, pool: p } ]                        | software 's': unknown pool 'p': no pool is configured
            software: [ { name: s, pool: p, command: ["{pth}"] } ]    | unknown placeholder '{pth}'; did you mean 'path'?
            software: [ { name: s, pool: p, command: [a, "b\\nc"] } ] | a word of a list must be one line
            software: [ { name: s, pool: p, commands: [/bin/x] } ]    | a command must be the name of a program
            scan: { interval: fast }                                  | scan: interval: duration must be whole numbers with units
            scan: { timeout: 0s }                                     | scan: timeout must be > 0
            placement: { model: best }                                | placement: model must be one of tracked, sciclust, loadshare, was 'best'
            placement: { maxRuns: 0 }                                 | placement: maxRuns must be ≥ 1, was 0
            job: { timeLimit: 0s }                                    | job: timeLimit must be ≥ 1s, was 0s
            job: { collectFiles: 0 }                                  | job: collectFiles must be ≥ 1, was 0
            job: { collectSize: much }                                | job: collectSize: 'much' is not an amount of memory
            job: { memoryLimit: 10 }                                  | job: memoryLimit must be ≥ 1M, was 10
            placement: { slotsPerCore: 0 }                            | placement: slotsPerCore must be > 0, or none for no limit, was 0.0
            placement: { slotsPerCore: much }                         | placement: slotsPerCore must be a number, was 'much'
            placement: { queryPercentage: 101 }                       | placement: queryPercentage must be 1 to 100, was 101
            desktop: { idle: soon }                                   | desktop: idle: duration must be whole numbers with units
            desktop: { command: [Xvnc, "{socket}"] }                  | desktop: command must be the argv of a VNC server
            retry: { min: 20m }                                       | retry: max must be ≥ min (20m), was 10m
            ssh: { config: relative/path }                            | ssh: config must begin with '/' or '~/', was 'relative/path'
            ssh: { hostKeys: { givenKeys: { keys: [ "AAAA" ] } } }    | ssh: keys must be lines 'TYPE BASE64'
            ssh: { hostKeys: { givenKeys: { keys: [] } } }            | ssh: no host key is given
            nodes: { label: "a &&" }                                  | nodes: label:
            agents: { java: bin/java }                                | agents: java must begin with / or ~/ and be on one line, was 'bin/java'
            {hosts: [ { name: h } ], pools: [ { name: p, hosts: h, usableBy: [/x] } ]} | usableBy must be full names
            """)
    void invalidValuesAreRefusedAndNothingChanges(String yaml, String message) throws Exception {
        Yaml.load("hosts: [ { name: h } ]\nscan: { interval: 7m }");
        List<Object> before = Compared.of(Settings.current());
        Throwable refused = catchThrowable(() -> Yaml.load(yaml));
        assertThat(messages(refused)).contains(message);
        assertThat(Compared.of(Settings.current())).isEqualTo(before);
        LoadshareConfiguration.get().load();
        assertThat(Compared.of(Settings.current())).as("what is stored").isEqualTo(before);
        assertThat(LoadshareConfiguration.get().getScan().getInterval()).isEqualTo("7m");
    }

    @Test
    void unknownKeysAreRefused() {
        Throwable refused = catchThrowable(() -> Yaml.load("scan: { intervall: 5m }"));
        assertThat(messages(refused)).contains("intervall");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hosts: [ { name: a, speed: 1.5 } ]                | line 3: Configuration as Code ignores the decimal number 1.5. Put
            placement: { maxLoad: 7.5 }                       | the decimal number 7.5
            placement: { recencyPenalty: 0.25 }               | the decimal number 0.25
            software: [ { name: s, pool: p, default: 12.1 } ] | the decimal number 12.1
            """)
    void aDecimalNumberWithoutQuotesIsRefused(String yaml, String message, @TempDir Path directory) throws Exception {
        String file = Files.writeString(
                        directory.resolve("casc.yaml"),
                        "unclassified:\n  loadshare:\n    " + yaml + "\n  location: { url: 'http://x/' }\n")
                .toString();
        Throwable checked = catchThrowable(() -> ConfigurationAsCode.get().checkWith(YamlSource.of(Path.of(file))));
        assertThat(messages(checked)).contains(message);
        Throwable applied = catchThrowable(() -> ConfigurationAsCode.get().configure(file));
        assertThat(messages(applied)).contains(message);
    }

    /** Decimal numbers are lost before they can be seen. */
    @Test
    void yamlThatIsNotAFileHasAWarningAboutDecimalNumbers(@TempDir Path directory) throws Exception {
        String yaml = "unclassified:\n  loadshare:\n    hosts: [ { name: a, speed: 1.5 } ]\n";
        assertThat(Requests.postText(j.createWebClient(), "configuration-as-code/check", yaml))
                .contains("\"line\":3", "cannot see decimal numbers without quotes");
        String none = "unclassified:\n  loadshare:\n    scan: { interval: 5m }\n";
        assertThat(Requests.postText(j.createWebClient(), "configuration-as-code/check", none))
                .isEqualTo("[]");
        try (LogRecorder log = new LogRecorder()
                .record(LoadshareConfigurator.class, Level.WARNING)
                .capture(10)) {
            Yaml.load("hosts: [ { name: a, speed: 1.5 } ]");
            assertThat(log.getMessages()).singleElement().asString().contains("cannot see decimal numbers");
        }
        Path file = Files.writeString(directory.resolve("casc.yaml"), yaml.replace("1.5", "\"1.5\""));
        assertThat(ConfigurationAsCode.get().checkWith(YamlSource.of(file))).isEmpty();
    }

    private static String messages(Throwable thrown) {
        StringBuilder all = new StringBuilder();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            all.append(t.getMessage()).append('\n');
        }
        return all.toString();
    }

    private static String unescaped(String html) {
        return html.replace("&#039;", "'")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }
}
