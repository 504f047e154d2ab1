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
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private List<String> notes(ImportedConfiguration result) {
        return result.notes().stream()
                .map(note -> note.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void settingsFindTheirPlaces() throws Exception {
        ImportedConfiguration result = ConfigurationImport.of(List.of(Path.of(getClass()
                .getResource("/io/loadshare/config/imports/loadsharesettings.py")
                .toURI())));
        Configuration c = ConfigurationLoader.check("f", result.yaml()).configuration();
        assertThat(c.inventory().hosts()).hasSize(37);
        assertThat(c.pool("meg").hosts().stream().map(Object::toString)).containsExactly("l30", "l31", "l32", "big1");
        assertThat(c.pool("freesurfer").hosts()).hasSize(2);
        assertThat(c.pool("mne").hosts().stream().map(Object::toString)).containsExactly("l03", "l04");
        assertThat(c.pool("spm").hosts()).hasSize(36);
        assertThat(c.software("spm").license()).contains("matlab");
        assertThat(c.software("meg").license()).isEmpty();
        assertThat(c.software().stream().map(Software::name)).containsExactly("meg", "freesurfer", "mne", "spm");
        assertThat(c.licenses())
                .containsExactly(new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of()));
        assertThat(c.scan().minInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(c.scan().interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(result.notes().stream().map(note -> note.position().line())).containsExactly(5, 8, 8, 9, 10);
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
            'a', 'b'                                        | a,b
            ['a' 'b', 'c']                                  | ab,c
            ['a'] + ['b'] * 2 + [] + list(('c',))           | a,b,c
            ['l%02d' % i for i in range(1, 4)]              | l[01-03]
            ['l%d-%s' % (i, 'x') for i in range(3)]         | l[0-2]-x
            ['l%i%%' % 5][0:0]                              |
            ["l" + str(i + 1) for i in range(0, 6, 2)]      | l[1,3,5]
            ['l%02d' % (2*i - 1) for i in [1, 2]] # odd     | l[01,03]
            [n for n in ['a', 'b']]                         | a,b
            ['l%d' % i for i in range(10**9)]               |
            ['l%d' % i for i in range(1000000000)]          |
            ['a'] * 1000000000                              |
            ['a', 'b'                                       |
            ['a' if x else 'b']                             |
            [f'l{i}' for i in range(3)]                     |
            open('/etc/passwd').read()                      |
            __import__('os').system('touch /tmp/x')         |
            [l for l in m for m in []]                      |
            [x for x in 'abc']                              |
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
    void whatIsNoPlainAssignmentIsReportedWithItsLineAndItsBlockSkipped() {
        ImportedConfiguration result = imported(
                """
                '''Doc
                string'''
                import os, sys
                minscaninterval = 30; maxlicensesperuser = 4
                if os.environ.get('X'):
                    maxlicensesperuser = 99

                    minscaninterval = 99
                loaddir = '/imaging/loadshare'
                scaninterval = os.path
                a.b = 3
                x = [1,
                   2] ; y = None
                machines = ['a']
                machines += ['b']
                print(machines)
                """);
        assertThat(result.yaml()).contains("perUser: 4", "minInterval: 30s", "{name: 'a,b'}");
        assertThat(notes(result))
                .containsExactly(
                        "s.py:3: 'import os, sys' is no plain assignment; left out",
                        "s.py:5: 'if os.environ.get('X'):' is no plain assignment; left out",
                        "s.py:9: loaddir has no counterpart here; left out",
                        "s.py:10: 'scaninterval = os.path' cannot be read from '.'; left out",
                        "s.py:11: 'a.b = 3' is no plain assignment; left out",
                        "s.py:12: x has no counterpart here; left out",
                        "s.py:12: y has no counterpart here; left out",
                        "s.py:16: 'print(machines)' is no plain assignment; left out");
    }

    @Test
    void aNameWhoseLastValueIsNotPlainIsLeftOut() {
        ImportedConfiguration result = imported("machines = ['a']\nmachines = f()\n");
        assertThat(result.yaml()).doesNotContain("hosts");
        assertThat(notes(result)).containsExactly("s.py:2: 'machines = f()' calls f(); left out");
    }

    @Test
    void figuresWithoutALicenseMakeNone() {
        Configuration c = ConfigurationLoader.check(
                        "f", imported("spmmachines = ['a']\n").yaml())
                .configuration();
        assertThat(c.licenses()).isEmpty();
        assertThat(c.software("spm").license()).isEqualTo(Optional.empty());
    }
}
