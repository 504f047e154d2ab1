package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationShowTest {

    private static final String ODD =
            """
            hosts: [&a {name: "l[1-2]"}, {name: big1, tags: [a, b]}]
            pools:
              - name: p
                hosts: >
                  l1,
                  big1
            scan: {check: "none", interval: 1h30m5s, selfHeal: yes}
            job: {nice: [nice, "", "a: b", 'it''s', "line\\nend", "#x", "\\u263a", "{x}"]}
            ssh: {command: [ssh, -o, "User Name=x"]}
            software:
              - name: s
                pool: p
                setup: |
                  . /a/b
                  export X="1 # 2"
                command: [m, "a('{path}')", "{eval:m}"]
            """;

    private static void assertSame(Configuration actual, Configuration expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scan: {timeout: 3s}", "pools: [{name: p, hosts: localhost}]", ODD})
    void loadsToTheSame(String yaml) {
        LoadedConfiguration loaded = ConfigurationLoader.check("f", yaml);
        assertSame(Reading.configuration(loaded.show()), loaded.configuration());
    }

    @Test
    void ofWholeFilesLoadsToTheSame() {
        loadsToTheSame(Reading.resource("everything.yaml"));
        loadsToTheSame(Reading.readme());
    }

    @Test
    void tellsWhereEachValueCameFrom(@TempDir Path directory) throws IOException {
        Path machine = Files.writeString(
                directory.resolve("m"), "locked: [agent]\nscan:\n  timeout: 3s\nhosts:\n- {name: a}\n");
        Path user = Files.writeString(directory.resolve("u"), "scan: {interval: 1m}\n");
        String shown = new ConfigurationLoader(new ConfigurationEnvironment(
                        machine,
                        (Integer) Files.getAttribute(machine, "unix:uid"),
                        Optional.of(user),
                        Map.of(),
                        Path.of("/home/u"),
                        "here"))
                .load()
                .show();
        assertThat(shown.lines())
                .contains(
                        "hosts:                                  # " + machine + ":4",
                        "  - {name: a}                           # 5",
                        "# pools: none                           # default",
                        "  interval: 1m                          # " + user + ":1",
                        "  timeout: 3s                           # " + machine + ":3",
                        "  maxAge: 15m                           # default",
                        "  port: 9414                            # default, locked")
                .noneMatch(line -> line.startsWith("locked"));
    }
}
