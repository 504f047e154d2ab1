package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that scripts wait for load nothing of what makes a start slow. {@code bench/run startup} measures the time. */
class StartUpTest {

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeEach
    void recordAJob() {
        loadshare = new Program(home).configure("");
        assertThat(loadshare.run("run", "--slots", "0", "--", "true").status()).isZero();
    }

    /** The names of all classes that a command loads. */
    private List<String> classesOf(String... words) throws IOException {
        Path log = home.resolve("classes");
        Program.Result result = loadshare
                .with("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log + "::filecount=0")
                .run(words);
        assertThat(result.status()).as(result.err()).isZero();
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst("^(\\[[^]]*\\])+ *", "").replaceFirst(" .*", ""))
                .toList();
    }

    @Test
    void theVersionIsPrintedWithoutPicocli() throws IOException {
        assertThat(classesOf("--version"))
                .contains("io.loadshare.cli.command.Version")
                .doesNotContain("picocli.CommandLine$Model$CommandSpec")
                .noneMatch(name -> name.startsWith("java.util.regex."));
    }

    /** Each of these takes as long as a decision: picocli's model of a command, and the equality of a record. */
    @Test
    void aDecisionNeedsNoPicocliNoEqualityOfRecordsAndNoConnection() throws IOException {
        assertThat(classesOf("best"))
                .contains("io.loadshare.placement.Placer")
                .doesNotContain("java.lang.runtime.ObjectMethods", "picocli.CommandLine$Model$CommandSpec")
                .noneMatch(name -> name.startsWith("com.jcraft.jsch."))
                .noneMatch(name -> name.startsWith("java.sql."))
                .noneMatch(name -> name.startsWith("java.time.format."));
    }
}
