package io.loadshare.config.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.config.Configuration;
import io.loadshare.config.ConfigurationLoader;
import io.loadshare.license.LicenseFeature;
import io.loadshare.software.Software;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadShareImportTest {

    @TempDir
    Path directory;

    private ImportedConfiguration imported(String text) {
        try {
            return ConfigurationImport.of(List.of(Files.writeString(directory.resolve("s.py"), text)));
        } catch (IOException e) {
            throw new AssertionError("cannot write " + directory, e);
        }
    }

    private ImportedConfiguration importedResource(String name) throws Exception {
        return ConfigurationImport.of(List.of(Path.of(
                getClass().getResource("/io/loadshare/config/imports/" + name).toURI())));
    }

    private List<String> notes(ImportedConfiguration result) {
        return result.notes().stream()
                .map(note -> note.toString().replace(directory + "/", ""))
                .toList();
    }

    private static List<Integer> lines(ImportedConfiguration result) {
        return result.notes().stream().map(note -> note.position().line()).toList();
    }

    @Test
    void settingsFindTheirPlaces() throws Exception {
        ImportedConfiguration result = importedResource("loadsharesettings.py");
        Configuration c = ConfigurationLoader.check("f", result.yaml()).configuration();
        assertThat(c.inventory().hosts()).hasSize(37);
        assertThat(c.pool("meg").hosts().stream().map(Object::toString)).containsExactly("l30", "l31", "l32", "big1");
        assertThat(c.pool("freesurfer").hosts()).hasSize(2);
        assertThat(c.pool("mne").hosts().stream().map(Object::toString)).containsExactly("l03", "l04");
        assertThat(c.pool("spm").hosts()).hasSize(36);
        assertThat(c.software("spm").licenses()).containsExactly("matlab");
        assertThat(c.software("meg").licenses()).isEmpty();
        assertThat(c.software().stream().map(Software::name)).containsExactly("meg", "freesurfer", "mne", "spm");
        assertThat(c.licenses())
                .containsExactly(new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of()));
        assertThat(c.scan().minInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(lines(result)).containsExactly(5, 8, 8, 9, 10, 11);
        assertThat(result.namesHosts()).isTrue();
    }

    @Test
    void settingsThatCodeMakesAreReportedAndNamesThatCodeMayChangeAreNotUsed() throws Exception {
        ImportedConfiguration result = importedResource("settings_with_code.py");

        assertThat(result.namesHosts()).isFalse();
        assertThat(result.yaml()).doesNotContain("hosts", "pools", "l14", "l01");
        assertThat(lines(result)).containsExactly(6, 7, 8, 9, 11, 12, 13, 14);
        assertThat(notes(result).get(4)).endsWith("it may change megmachines, so line 10 is not imported either");
    }

    /** Each line of such a file is reported, and nothing in it becomes a host or a pool. */
    @ParameterizedTest
    @ValueSource(strings = {"cluster_of_another_program.py", "servers_of_another_program.py"})
    void filesOfOtherProgramsGiveNoHost(String name) throws Exception {
        ImportedConfiguration result = importedResource(name);

        assertThat(result.namesHosts()).isFalse();
        assertThat(result.yaml().lines()).hasSize(1);
        assertThat(result.notes())
                .hasSizeGreaterThan(7)
                .allMatch(note -> note.position().line() > 0);
    }

    /** What stands after {@code machines =}, and the hosts it means. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            ['a', "b", '''c''', r'd', u"e"]                 | a,b,c,d,e
            ('a', 'b',)                                     | a,b
            ('a',)                                          | a
            'a', 'b'                                        | a,b
            ['a'] + ('b', 'c') + [] + ['d' + "e"]           | a,b,c,de
            ['l%02d' % i for i in range(1, 4)]              | l[01-03]
            ["l%d" % node for node in range(1, 4)] + ['b']  | l[1-3],b
            [  'l%02d-x' % i  for i in range( 9 , 11 ) ]    | l[09-10]-x
            ['l%02d' % i for i in range(1, 4) if i != 2]    |
            ['l%02d' % i for j in range(1, 4)]              |
            ['l%02d' % (i + 1) for i in range(1, 4)]        |
            ['l%s' % i for i in range(1, 4)]                |
            ['l%d' % i for i in range(4)]                   |
            ['l%d' % i for i in range(1, 999999999)]        |
            ['l%d' % i for i in range(9, 4)]                |
            ['a' 'b', 'c']                                  |
            ['a', 'b'] * 2                                  |
            list(('a', 'b'))                                |
            'a'                                             |
            ['a', 'b'                                       |
            ['a', 'b')                                      |
            ['a',, 'b']                                     |
            ['a' : 'b']                                     |
            {'a', 'b'}                                      |
            ['a'][0:0]                                      |
            ['a'] - ['b']                                   |
            ['a' if x else 'b']                             |
            [f'l{i}', 'a']                                  |
            open('/etc/passwd').read()                      |
            __import__('os').system('touch /tmp/x')         |
            ['a', 1]                                        |
            ['a b']                                         |
            unknown + ['a']                                 |
            'unclosed                                       |
            [010]                                           |
            lambda: ['a']                                   |
            """)
    void machinesAreReadOrReportedButNeverExecuted(String expression, String nodeSet) {
        ImportedConfiguration result = imported("machines = " + expression + "\n");
        if (nodeSet == null) {
            assertThat(result.yaml()).doesNotContain("hosts");
            assertThat(notes(result)).hasSize(1).allMatch(note -> note.startsWith("s.py:1: "));
        } else {
            assertThat(result.yaml()).containsPattern("- \\{name: '?" + Pattern.quote(nodeSet) + "'?}");
            assertThat(notes(result)).isEmpty();
        }
    }

    @Test
    void everyOtherLineIsReportedOnceAndBlocksAsAWhole() {
        ImportedConfiguration result = imported(
                """
                '''Doc
                string'''
                import os, sys
                minscaninterval = 30
                maxlicensesperuser = 4
                if os.environ.get('X'):
                    workers = 99

                    print(workers)
                loaddir = '/imaging/loadshare'
                scaninterval = os.path
                a.b = 3
                x = [1,
                   2]
                y = 1; z = 2
                machines = ['a', 'b']
                print(machines)
                """);
        assertThat(result.yaml()).contains("perUser: 4", "minInterval: 30s", "{name: 'a,b'}");
        String why = " is not imported: it is not an assignment of a plain literal";
        assertThat(notes(result))
                .containsExactly(
                        "s.py:3: 'import os, sys'" + why,
                        "s.py:6: 'if os.environ.get('X'):'" + why,
                        "s.py:10: loaddir is not imported: it is not a setting of LoadShare",
                        "s.py:11: 'scaninterval = os.path'" + why,
                        "s.py:12: 'a.b = 3'" + why,
                        "s.py:13: x is not imported: it is not a setting of LoadShare",
                        "s.py:15: 'y = 1; z = 2'" + why,
                        "s.py:17: 'print(machines)'" + why);
    }

    /** A line after {@code machines = ['a', 'b']} that may change the list. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "machines = f()",
                "machines += ['c']",
                "machines[0] = 'c'",
                "machines.remove('a')",
                "del machines",
                "for machines in []: pass",
                "import machines",
                "x, machines = 1, []",
                "if 1:\n    x = 1\n    machines = []",
                "[machines.remove(m) for m in ['a']]"
            })
    void aListThatALaterLineMayChangeIsNotImported(String line) {
        ImportedConfiguration result = imported("machines = ['a', 'b']\n" + line + "\n");
        assertThat(result.yaml()).doesNotContain("hosts");
        assertThat(notes(result))
                .anyMatch(note -> note.endsWith("; it may change machines, so line 1 is not imported either"));
    }

    @Test
    void figuresWithoutALicenseMakeNone() {
        Configuration c = ConfigurationLoader.check(
                        "f", imported("spmmachines = ['a']\n").yaml())
                .configuration();
        assertThat(c.licenses()).isEmpty();
        assertThat(c.software("spm").licenses()).isEmpty();
    }
}
