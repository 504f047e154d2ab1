package io.loadshare.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.config.Configuration;
import io.loadshare.config.ConfigurationLoader;
import io.loadshare.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The launchers of {@code contrib/imaging-lab.yaml}, each run in GNU Octave with a toy of SPM's entry points. */
class SiteTemplatesTest {

    private static final Path RESOURCES = Path.of("src/test/resources/software").toAbsolutePath();
    private static final String COMMAND = "disp('a % b'); % a comment";

    private record Result(int status, String output) {}

    private static Software spm;

    @BeforeAll
    static void readSite() throws IOException {
        Requires.programs("octave-cli");
        Path file = Path.of("contrib/imaging-lab.yaml");
        Configuration site = ConfigurationLoader.check(file.toString(), Files.readString(file))
                .configuration();
        spm = site.software("spm");
    }

    static Stream<List<String>> combinations() {
        List<List<String>> all = new ArrayList<>();
        for (String modality : List.of("", "fmri", "pet", "eeg")) {
            all.add(words(modality));
            all.add(words(modality, COMMAND));
            all.add(words(modality, "workerdesktop", COMMAND));
            all.add(words(modality, "batch", COMMAND));
        }
        all.add(words("workerdesktop", "title:o'brien"));
        all.add(words("spm8", "batch", "for i = 1:2\n  disp(i)\nend"));
        return all.stream();
    }

    private static List<String> words(String... words) {
        return Stream.of(words).filter(word -> !word.isEmpty()).toList();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void runsWithWhatTheUserTypes(List<String> words) throws Exception {
        Result result = run(words);

        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).doesNotContain("error");
        if (words.contains(COMMAND)) {
            assertThat(result.output()).contains("a % b");
        }
    }

    @Test
    void aBatchFailsWithTheReportOfTheError() throws Exception {
        Result result = run(List.of(
                "batch",
                "spm_jobman('run', {@() disp('one'), @() error('no such file: job.mat')}); disp('not reached')"));

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output())
                .contains("defaults fmri", "threads 2", "The following modules did not run", "no such file: job.mat")
                .doesNotContain("not reached");
    }

    private static Result run(List<String> words) throws Exception {
        List<String> argv =
                LauncherArguments.parse(spm, List.of(), words, false).argv(spm, 2);
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(argv)).redirectErrorStream(true);
        builder.environment().merge("PATH", RESOURCES.resolve("bin") + ":", (path, bin) -> bin + path);
        builder.command().set(0, RESOURCES.resolve("bin").resolve(argv.get(0)).toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        return new Result(process.waitFor(), output);
    }
}
