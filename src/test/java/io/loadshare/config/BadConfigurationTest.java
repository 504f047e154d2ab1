package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadConfigurationTest {

    private static final String HOSTS = "hosts: [{name: 'l[01-03]'}, {name: big1}]\n";

    /** What is wrong, the text, and all that is said. */
    static Arguments[] badTexts() {
        return new Arguments[] {
            bad(
                    "unknown key in a group",
                    "placement:\n  model: tracked\n  recencyPenality: 0.5\n",
                    "f:3:3: unknown key 'recencyPenality' in placement; did you mean 'recencyPenalty'?"),
            bad("unknown group", "scna: {}\n", "f:1:1: unknown key 'scna'; did you mean 'scan'?"),
            bad("unknown key like no other", "xylophone: 1\n", "f:1:1: unknown key 'xylophone'"),
            bad(
                    "unknown key of a host",
                    "hosts:\n  - {name: a, sped: 2}\n",
                    "f:2:15: unknown key 'sped' in hosts; did you mean 'speed'?"),
            bad(
                    "duplicate group",
                    "scan: {interval: 5m}\nscan: {timeout: 5s}\n",
                    "f:2:1: duplicate key 'scan', first in line 1"),
            bad(
                    "duplicate key",
                    "scan:\n  timeout: 5s\n  timeout: 6s\n",
                    "f:3:3: duplicate key 'timeout' in scan, first in line 2"),
            bad("key that is a list", "? [a]\n: b\n", "f:1:3: a key must be a word"),
            bad("list for a file", "- a\n", "f:1:1: a configuration must be a mapping ('key: value'), was a list"),
            bad("word for a file", "hello", "f:1:1: a configuration must be a mapping ('key: value'), was 'hello'"),
            bad("list for a group", "scan: [5m]\n", "f:1:7: scan must be a mapping ('key: value'), was a list"),
            bad(
                    "word for a list",
                    "hosts: l01\n",
                    "f:1:8: hosts must be a list, was 'l01'; write [a, b], or '- ' before each element on its own line"),
            bad(
                    "nothing for a list",
                    "hosts:\n",
                    "f:1:7: hosts must be a list, was empty; write [a, b], or '- ' before each element on its own line"),
            bad("empty list of hosts", "hosts: []\n", "f:1:8: hosts must list at least one host"),
            bad(
                    "word for an entry",
                    "hosts: [l01]\n",
                    "f:1:9: an entry of hosts must be a mapping ('key: value'), was 'l01'"),
            bad("entry without name", "hosts:\n  - local: true\n", "f:2:5: an entry of hosts requires the key 'name'"),
            bad(
                    "nothing for a value",
                    "scan:\n  timeout:\n",
                    "f:2:11: scan.timeout must be a duration such as 30s or 1h30m, was empty"),
            bad(
                    "unknown placeholder of a desktop",
                    "desktop: {command: [Xvnc, '{sokcet}', '{socket}{authority}{displayfd}']}\n",
                    "f:1:27: an element of desktop.command: unknown placeholder '{sokcet}'; did you mean 'socket'? (known:"
                            + " socket, authority, displayfd, geometry, title; to write the text itself, use '{{sokcet}}')"),
            bad(
                    "desktop that its user could not reach",
                    "desktop: {command: [Xvnc, '{authority}', '{displayfd}']}\n",
                    "f:1:20: desktop.command must be the argv of a VNC server with {socket}, {authority} and {displayfd},"
                            + " was a list"),
            bad("time without a viewer of zero", "desktop: {idle: 0s}\n", "f:1:17: desktop.idle must be > 0, was '0s'"),
            bad(
                    "negative reserve",
                    "placement: {reservePerDesktop: -1}\n",
                    "f:1:32: placement.reservePerDesktop must be a number of cores ≥ 0, was '-1'"),
            bad(
                    "duration without unit",
                    "scan: {timeout: 30}\n",
                    "f:1:17: scan.timeout: duration must be whole numbers with units ms, s, m, h or d, such as 30s or 1h30m,"
                            + " was '30'"),
            bad(
                    "negative duration",
                    "scan: {timeout: -5s}\n",
                    "f:1:17: scan.timeout: duration must be whole numbers with units ms, s, m, h or d, such as 30s or 1h30m,"
                            + " was '-5s'"),
            bad("zero where time must pass", "scan: {timeout: 0s}\n", "f:1:17: scan.timeout must be > 0, was '0s'"),
            bad(
                    "more than ten years",
                    "job: {keep: 99999d}\n",
                    "f:1:13: job.keep: duration must be at most 3650d, was '99999d'"),
            bad(
                    "too little memory for any job",
                    "job: {memoryLimit: 1023K}\n",
                    "f:1:20: job.memoryLimit must be ≥ 1M, was '1023K'"),
            bad("no time for any job", "job: {timeLimit: 0s}\n", "f:1:18: job.timeLimit must be ≥ 1s, was '0s'"),
            bad(
                    "no slots at all",
                    "placement: {slotsPerCore: 0}\n",
                    "f:1:27: placement.slotsPerCore must be > 0, or none for no limit, was '0'"),
            bad(
                    "slots that are not a number",
                    "placement: {slotsPerCore: NaN}\n",
                    "f:1:27: placement.slotsPerCore must be a number, was 'NaN'"),
            bad(
                    "negative slots of software",
                    "pools: [{name: p, hosts: a}]\nhosts: [{name: a}]\nsoftware: [{name: s, pool: p, slots: -1}]\n",
                    "f:3:38: slots of software 's' must be ≥ 0, was '-1'"),
            bad("number out of range", "placement: {maxRuns: 0}\n", "f:1:22: placement.maxRuns must be ≥ 1, was '0'"),
            bad(
                    "percentage out of range",
                    "placement: {queryPercentage: 101}\n",
                    "f:1:30: placement.queryPercentage must be 1 to 100, was '101'"),
            bad(
                    "fraction for a whole number",
                    "placement: {maxRuns: 1.5}\n",
                    "f:1:22: placement.maxRuns must be a whole number, was '1.5'"),
            bad(
                    "too large a whole number",
                    "placement: {maxRuns: 3000000000}\n",
                    "f:1:22: placement.maxRuns must be a whole number, was '3000000000'"),
            bad("no number", "retry: {factor: .nan}\n", "f:1:17: retry.factor must be a number, was '.nan'"),
            bad("Java's NaN", "retry: {factor: NaN}\n", "f:1:17: retry.factor must be a number, was 'NaN'"),
            bad("too large a number", "retry: {factor: 1e999}\n", "f:1:17: retry.factor must be a number, was '1e999'"),
            bad("factor below one", "retry: {factor: 0.5}\n", "f:1:17: retry.factor must be ≥ 1, was '0.5'"),
            bad("value against a default", "retry: {min: 20m}\n", "f:1:14: retry.max must be ≥ min (20m), was 10m"),
            bad(
                    "value against another",
                    "retry: {min: 2m, max: 1m}\n",
                    "f:1:23: retry.max must be ≥ min (2m), was '1m'"),
            bad(
                    "neither true nor false",
                    "scan: {selfHeal: maybe}\n",
                    "f:1:18: scan.selfHeal must be true or false, was 'maybe'"),
            bad(
                    "no model",
                    "placement: {model: trackd}\n",
                    "f:1:20: placement.model must be one of tracked, sciclust, loadshare, was 'trackd'; did you mean"
                            + " 'tracked'?"),
            bad(
                    "relative path",
                    "ssh: {config: my/config}\n",
                    "f:1:15: ssh.config must be a path that begins with '/' or '~/', was 'my/config'"),
            bad(
                    "command line for an argv",
                    "ssh: {command: ssh -x}\n",
                    "f:1:16: ssh.command must be a list, was 'ssh -x'; write [a, b], or '- ' before each element on its own"
                            + " line"),
            bad("bad port", "agent: {port: 65536}\n", "f:1:15: agent.port must be 1 to 65535, was '65536'"),
            bad(
                    "client that is none",
                    "agent: {clients: [a b]}\n",
                    "f:1:19: an element of agent.clients must be one word that does not begin with '-', was 'a b'"),
            bad(
                    "certificate without key",
                    "agent: {tls: {certificate: /c}}\n",
                    "f:1:14: agent.tls requires the key 'key'"),
            bad(
                    "range that runs down",
                    "hosts:\n  - name: l[3-1]\n",
                    "f:2:11: hosts.name: range '3-1' in 'l[3-1]' must increase by a step of at least 1; did you mean"
                            + " '1-3'?"),
            bad(
                    "more hosts than any site has",
                    "hosts:\n  - name: l[1-60000]\n  - name: k[1-60000]\n",
                    "f:3:11: hosts must be at most 100000"),
            bad(
                    "host name that is none",
                    "hosts: [{name: a/b}]\n",
                    "f:1:16: hosts.name: host name must be 1 to 253 letters, digits, '.', '-' or '_' and not begin with '.'"
                            + " or '-', was 'a/b'"),
            bad(
                    "duplicate host",
                    "hosts:\n  - name: l[01-36]\n  - name: l05\n",
                    "f:3:11: host 'l05' is listed twice, first in line 2"),
            bad(
                    "duplicate hosts",
                    "hosts:\n  - name: l[01-36]\n  - name: l[30-40]\n",
                    "f:3:11: hosts 'l[30-36]' are listed twice, first in line 2"),
            bad(
                    "address of several",
                    "hosts: [{name: 'l[1-2]', address: 10.0.0.1}]\n",
                    "f:1:26: address requires an entry with one host, but this one expands to 2"),
            bad(
                    "address that ssh would take for an option",
                    "hosts: [{name: a, address: -oProxyCommand=x}]\n",
                    "f:1:28: hosts.address must be one word that does not begin with '-', was '-oProxyCommand=x'"),
            bad("speed of nothing", "hosts: [{name: a, speed: 0}]\n", "f:1:26: speed of host a must be > 0, was '0'"),
            bad(
                    "unknown host in a pool",
                    HOSTS + "pools: [{name: meg, hosts: 'l01,bgi1'}]\n",
                    "f:2:28: unknown host 'bgi1' in pool 'meg'; did you mean 'big1'?"),
            bad(
                    "unknown hosts in a pool",
                    HOSTS + "pools: [{name: meg, hosts: 'l[02-05]'}]\n",
                    "f:2:28: unknown hosts 'l[04-05]' in pool 'meg'"),
            bad(
                    "pool without hosts",
                    HOSTS + "pools: [{name: meg, hosts: 'l01!l01'}]\n",
                    "f:2:28: pools.hosts: node set 'l01!l01' contains no host"),
            bad(
                    "empty pool",
                    HOSTS + "pools: [{name: meg, hosts: ''}]\n",
                    "f:2:28: pools.hosts must be a node set such as \"l[01-36],big1\", was ''"),
            bad(
                    "list of hosts in a pool",
                    HOSTS + "pools: [{name: meg, hosts: [l01]}]\n",
                    "f:2:28: pools.hosts must be a node set such as \"l[01-36],big1\", was a list"),
            bad(
                    "duplicate pool",
                    HOSTS + "pools:\n - {name: meg, hosts: l01}\n - {name: meg, hosts: l02}\n",
                    "f:4:11: pool 'meg' is listed twice, first in line 3"),
            bad(
                    "Slurm pool with the name of a host",
                    HOSTS + "pools: [{name: l01, slurm: {login: l02}}]\n",
                    "f:2:16: a Slurm pool must not have the name of a host, was 'l01'"),
            bad(
                    "Slurm pool with an unknown login host",
                    HOSTS + "pools: [{name: hpc, slurm: {login: l04}}]\n",
                    "f:2:36: unknown host 'l04' in pool 'hpc'; did you mean 'l01'?"),
            bad(
                    "Slurm pool without a login host",
                    HOSTS + "pools: [{name: hpc, slurm: {partition: long}}]\n",
                    "f:2:28: pools.slurm requires the key 'login'"),
            bad(
                    "Slurm pool without settings",
                    HOSTS + "pools: [{name: hpc, slurm: long}]\n",
                    "f:2:28: pools.slurm must be a mapping ('key: value'), was 'long'"),
            bad(
                    "unknown key of a Slurm pool",
                    HOSTS + "pools: [{name: hpc, slurm: {login: l01, partitoin: long}}]\n",
                    "f:2:41: unknown key 'partitoin' in pools.slurm; did you mean 'partition'?"),
            bad(
                    "option of sbatch that loadshare sets",
                    HOSTS + "pools: [{name: hpc, slurm: {login: l01, options: [--array=1-9]}}]\n",
                    "f:2:51: an element of pools.slurm.options: must not be an option that loadshare sets itself, or whose jobs it"
                            + " cannot follow, was '--array=1-9'"),
            bad(
                    "license for nobody",
                    "licenses: [{name: matlab, process: MATLAB, perUser: 0}]\n",
                    "f:1:53: perUser of license 'matlab' must be ≥ 1, was '0'"),
            bad(
                    "software with unknown pool",
                    HOSTS + "software: [{name: spm, pool: vcn}]\npools: [{name: vnc, hosts: l01}]\n",
                    "f:2:30: unknown pool 'vcn'; did you mean 'vnc'?"),
            bad(
                    "software with unknown license",
                    "software: [{name: spm, pool: x, license: matlab}]\n",
                    "f:1:42: unknown license 'matlab'"),
            bad(
                    "default that is no version",
                    "software: [{name: spm, pool: x, versions: [{name: spm8, path: /s}], default: spm9}]\n",
                    "f:1:78: default of software 'spm' must be one of its versions [spm8], was 'spm9'"),
            bad(
                    "unknown placeholder",
                    "software: [{name: spm, pool: x, command: [a, '{modalty}']}]\n",
                    "f:1:46: an element of software.command: unknown placeholder '{modalty}'; did you mean 'modality'?"
                            + " (known: version, path, modality, title, eval, slots; to write the text itself, use '{{modalty}}')"),
            bad(
                    "placeholder without quotes",
                    "software: [{name: spm, pool: x, command: [a, {path}]}]\n",
                    "f:1:46: an element of software.command must be text, in quotes where it is empty or begins with a"
                            + " bracket or brace, was a mapping"),
            bad(
                    "command of two",
                    "software:\n - {name: a, pool: x, commands: [mce]}\n - {name: b, pool: x, commands: [mce]}\n",
                    "f:3:34: command 'mce' is listed twice, first in line 2"),
            bad(
                    "command with a directory",
                    "software: [{name: a, pool: x, commands: [/bin/mce]}]\n",
                    "f:1:42: an element of software.commands: a command must be the name of a program, without a directory,"
                            + " was '/bin/mce'"),
            bad(
                    "unknown lock",
                    "locked: [licnses, placement.maxRuns, placement.minRuns]\n",
                    "f:1:10: locked names the unknown setting 'licnses'; did you mean 'licenses'?\n"
                            + "f:1:38: locked names the unknown setting 'placement.minRuns'; did you mean"
                            + " 'placement.maxRuns'?"),
            bad(
                    "tab",
                    "scan:\n\ttimeout: 5s\n",
                    "f:2:1: is not valid YAML: while scanning for the next token: found character '\\t(TAB)' that cannot start"
                            + " any token. (Do not use \\t(TAB) for indentation)"),
            bad(
                    "open bracket",
                    "scan: {timeout: 5s\n\nssh: {}\n",
                    "f:3:4: is not valid YAML: while parsing a flow mapping begun in line 1: expected ',' or '}', but got :"),
            bad("unknown alias", "scan: *a\n", "f:1:7: is not valid YAML: found undefined alias a"),
            bad(
                    "tag",
                    "scan: {timeout: !!int 5}\n",
                    "f:1:17: is not valid YAML: tags such as 'tag:yaml.org,2002:int' are not supported"),
            bad(
                    "two documents",
                    "scan: {}\n---\nssh: {}\n",
                    "f:2:1: is not valid YAML: expected a single document in the stream begun in line 1: but found another"
                            + " document"),
            bad("deep nesting", "[".repeat(100_000), "f:1:21: is not valid YAML: nested more than 20 deep"),
            bad("deep block nesting", "- ".repeat(100_000), "f:1:41: is not valid YAML: nested more than 20 deep"),
            bad("text that would play with the terminal", "\"\\e[31m\": 1\n", "f:1:1: unknown key '\\u001b[31m'"),
        };
    }

    private static Arguments bad(String what, String yaml, String message) {
        return Arguments.of(what, yaml, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTexts")
    void isRefusedWithPlaceTextAndRule(String what, String yaml, String message) {
        assertThat(Reading.failure(yaml)).isEqualTo(message);
    }

    @Test
    void everyProblemIsReportedInTheOrderOfLines() {
        String yaml =
                "scan: {timeout: 5x, interval: 0s, foo: 1}\nagent: {port: 0, tokenFile: t}\nhosts: [{name: a, bar: 2}]\n";
        assertThat(Reading.failure(yaml).lines().map(line -> line.substring(0, line.indexOf(": "))))
                .containsExactly("f:1:17", "f:1:31", "f:1:35", "f:2:15", "f:2:29", "f:3:19");
    }

    @Test
    void whatFollowsFromAnotherProblemIsNotReported() {
        String yaml =
                "hosts:\n - {name: 'l[3-1]'}\npools:\n - {name: 'a b', hosts: l02}\nsoftware:\n - {name: s, pool: p}\n"
                        + " - {name: t, pool: p, default: v, versions: [{name: v}]}\n";
        assertThat(Reading.failure(yaml).lines().map(line -> line.substring(0, line.indexOf(": "))))
                .containsExactly("f:2:11", "f:4:11", "f:7:46");
    }

    @Test
    void onlyTheFirstOfVeryManyProblemsAreShown() {
        String yaml = "placement:\n" + "  x: 1\n".repeat(100);
        assertThat(Reading.failure(yaml).lines())
                .hasSize(21)
                .startsWith("f:2:3: unknown key 'x' in placement")
                .endsWith("and 80 more");
    }

    @Test
    void theFailureIsAConfigurationFailureOfExitStatus78() {
        try {
            Reading.configuration("x: 1");
            throw new AssertionError("must be refused");
        } catch (ConfigurationException e) {
            assertThat(e.kind()).isEqualTo(LoadshareException.Kind.CONFIGURATION);
            assertThat(e.kind().exitStatus()).isEqualTo(78);
            assertThat(e.problems()).containsExactly(new Problem(new Position("f", 1, 1), "unknown key 'x'"));
        }
    }
}
