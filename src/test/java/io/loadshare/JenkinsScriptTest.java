package io.loadshare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ./jenkins} says before it builds anything. */
class JenkinsScriptTest {

    @TempDir
    private Path bin;

    private String run(int status, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("./jenkins"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(status, process.waitFor(), said);
        return said;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            --port          | ``     | jenkins: --port needs a number of 1 to 65535, was ''
            --port          | web    | jenkins: --port needs a number of 1 to 65535, was 'web'
            --port          | 65536  | jenkins: --port needs a number of 1 to 65535, was '65536'
            --port          | 0      | jenkins: --port needs a number of 1 to 65535, was '0'
            --hosts         | ``     | jenkins: --hosts needs names of hosts, such as 'l[01-36],big1', was ''
            --hosts         | a" }   | jenkins: --hosts needs names of hosts, such as 'l[01-36],big1', was 'a" }'
            --prot          | 80     | jenkins: unknown argument '--prot'
            """)
    void aWrongArgumentIsRefused(String option, String value, String message) throws Exception {
        String said = run(64, option, value);
        assertTrue(said.endsWith(message + "\n"), said);
    }

    @Test
    void aJdkThatIsTooOldIsNamed() throws Exception {
        for (String tool : List.of("javac", "mvn")) {
            Path script = Files.writeString(bin.resolve(tool), "#!/bin/sh\necho javac 11.0.2\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        String said = run(69);
        assertTrue(said.contains(bin + "/javac is javac 11.0.2: a JDK of 17 or newer"), said);
    }
}
