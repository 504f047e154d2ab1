package io.loadshare.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Tag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherArgumentsTest {

    private static final Software SPM = new Software(
            "spm",
            "vnc",
            Optional.of("matlab"),
            OptionalInt.empty(),
            List.of(
                    new Software.Version("spm8", "/imaging/spm/spm8"),
                    new Software.Version("spm12", "/imaging/spm/spm12")),
            Optional.of("spm12"),
            List.of("matlab", "-nosplash", "-r", "addpath({path:m}); spm('{modality}')"),
            List.of("xterm", "-T", "{title}", "-e", "matlab", "-nodesktop", "-r", "{eval}"),
            List.of(),
            Optional.empty(),
            "bash");
    private static final List<Tag> TAGS = List.of(new Tag("highmemory"), new Tag("gpu"));

    private static LauncherArguments parse(String... words) {
        return LauncherArguments.parse(SPM, TAGS, List.of(words));
    }

    @Test
    void automaticAnalysisStartsItsWorkers() {
        LauncherArguments words = parse("title:aaworker1", "highmemory", "workerdesktop", "fmri", "cd /x; aaworker(1)");

        assertThat(words.worker()).isTrue();
        assertThat(words.tags()).isEqualTo(Set.of(new Tag("highmemory")));
        assertThat(words.modality()).contains("fmri");
        assertThat(words.version().name()).isEqualTo("spm12");
        assertThat(words.argv(SPM))
                .containsExactly("xterm", "-T", "aaworker1", "-e", "matlab", "-nodesktop", "-r", "cd /x; aaworker(1)");
    }

    @Test
    void wordsMayComeInAnyOrderBeforeTheMatlabCommand() {
        List<String> words = new ArrayList<>(List.of("title:t", "highmemory", "workerdesktop", "fmri", "spm8", "gpu"));
        LauncherArguments expected = parse("title:t", "highmemory", "workerdesktop", "fmri", "spm8", "gpu", "disp(1)");
        Random random = new Random(42);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(words, random);
            List<String> all = new ArrayList<>(words);
            all.add("disp(1)");
            assertThat(LauncherArguments.parse(SPM, TAGS, all)).isEqualTo(expected);
        }
    }

    @Test
    void withoutWordsTheDefaultVersionStarts() {
        assertThat(parse().argv(SPM))
                .containsExactly("matlab", "-nosplash", "-r", "addpath('/imaging/spm/spm12'); spm('')");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a='x'; b=\"y\"; % comment", "x = [1;2]\ny = {path}", "disp('{eval}')", "  spaces  ", "$HOME *"})
    void matlabCommandsArriveUnharmed(String command) {
        assertThat(parse("workerdesktop", command).argv(SPM)).last().isEqualTo(command);
    }

    @Test
    void valuesInsideMatlabStringsAreQuoted() {
        Software odd = new Software(
                "odd",
                "vnc",
                Optional.empty(),
                OptionalInt.empty(),
                List.of(new Software.Version("v", "/o'brien")),
                Optional.empty(),
                List.of("matlab", "-r", "addpath({path:m}); a={1}"),
                List.of(),
                List.of(),
                Optional.empty(),
                "bash");

        assertThat(LauncherArguments.parse(odd, TAGS, List.of()).argv(odd))
                .containsExactly("matlab", "-r", "addpath('/o''brien'); a={1}");
    }

    @ParameterizedTest
    @CsvSource({
        "spm5, unknown word 'spm5'; did you mean 'spm8'?",
        "highmemry, unknown word 'highmemry'; did you mean 'highmemory'?",
        "fmir, unknown word 'fmir'; did you mean 'fmri'?",
    })
    void anUnknownWordIsNamedWithTheNearestKnownOne(String word, String message) {
        assertThatThrownBy(() -> parse(word))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((LoadshareException) e).kind())
                .isEqualTo(LoadshareException.Kind.USAGE);
    }

    @Test
    void aMatlabCommandBeforeTheEndIsAnUnknownWord() {
        assertThatThrownBy(() -> parse("disp(1)", "fmri")).hasMessageContaining("unknown word 'disp(1)'");
    }

    @Test
    void twoVersionsAreRefused() {
        assertThatThrownBy(() -> parse("spm8", "spm12"))
                .hasMessageContaining("only one version can be given, found 'spm8' and 'spm12'");
    }

    @Test
    void softwareWithoutWorkerSaysSo() {
        Software plain = new Software(
                "plain",
                "vnc",
                Optional.empty(),
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                List.of("matlab"),
                List.of(),
                List.of(),
                Optional.empty(),
                "bash");

        assertThatThrownBy(() -> LauncherArguments.parse(plain, TAGS, List.of("workerdesktop"))
                        .argv(plain))
                .hasMessageContaining("software 'plain' has no worker to start");
    }
}
