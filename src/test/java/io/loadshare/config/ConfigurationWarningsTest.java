package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationWarningsTest {

    private static final String SHARED = ", state: {directory: /s, shared: true}";
    private static final String LICENSES = "licenses: [{name: m, process: M, perUser: 1}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {LICENSES, hosts: [{name: a}]}                 | f:1:2: limits of m cannot be enforced while several users or machines launch jobs
            {LICENSES, hosts: [{name: a}]SHARED}           |
            {LICENSES}                                     |
            scan: {selfHeal: true}                         | f:1:8: scan.selfHeal makes each host scan all hosts for itself
            {scan: {selfHeal: true}SHARED}                 |
            scan: {maxAge: 1m}                             | f:1:8: scan.maxAge (1m) is less than scan.interval (5m)
            scan: {interval: 20m}                          | f:1:8: scan.maxAge (15m) is less than scan.interval (20m)
            scan: {minInterval: 6m}                        | f:1:8: scan.interval (5m) is less than scan.minInterval (6m)
            scan: {connectTimeout: 11s}                    | f:1:8: scan.timeout (10s) is less than scan.connectTimeout (11s)
            state: {shared: true}                          | f:1:9: state.shared requires a state.directory that others write to
            {scan: {timeout: 20s}SHARED}                   |
            """)
    void warnsOfWhatCannotBeKept(String yaml, String warning) {
        String text = yaml.replace("LICENSES", LICENSES).replace("SHARED", SHARED);
        String warnings = String.join(
                "\n",
                ConfigurationLoader.check("f", text).warnings().stream()
                        .map(Problem::toString)
                        .toList());
        if (warning == null) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings).startsWith(warning).hasLineCount(1);
        }
    }
}
