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
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherArgumentsTest {

    private static final Launcher.Templates TEMPLATES = new Launcher.Templates(
            List.of("matlab", "-nosplash", "-r", "addpath({path:m}); spm({modality:m}); {eval}"),
            List.of("xterm", "-T", "{title}", "-e", "matlab", "-nodesktop", "-r", "{eval}"),
            List.of("matlab", "-batch", "maxNumCompThreads({slots}); addpath({path:m}); eval({eval:m})"));
    private static final Software SPM = software(TEMPLATES, "spm8", "spm12");
    private static final List<Tag> TAGS = List.of(new Tag("highmemory"), new Tag("gpu"));

    private static Software software(Launcher.Templates templates, String... versions) {
        return new Software(
                "spm",
                "vnc",
                List.of("matlab"),
                OptionalInt.empty(),
                Stream.of(versions)
                        .map(name -> new Software.Version(name, "/imaging/" + name))
                        .toList(),
                Optional.empty(),
                "fmri",
                templates,
                List.of(),
                Optional.empty(),
                "bash");
    }

    private static LauncherArguments parse(String... words) {
        return LauncherArguments.parse(SPM, TAGS, List.of(words), false);
    }

    @Test
    void automaticAnalysisStartsItsWorkers() {
        LauncherArguments words = parse("title:aaworker1", "highmemory", "workerdesktop", "fmri", "cd /x; aaworker(1)");

        assertThat(words.launcher()).isEqualTo(Launcher.WORKER);
        assertThat(words.tags()).isEqualTo(Set.of(new Tag("highmemory")));
        assertThat(words.modality()).isEqualTo("fmri");
        assertThat(words.version().name()).isEqualTo("spm12");
        assertThat(words.argv(SPM, 1))
                .containsExactly("xterm", "-T", "aaworker1", "-e", "matlab", "-nodesktop", "-r", "cd /x; aaworker(1)");
    }

    @Test
    void wordsMayComeInAnyOrderBeforeTheMatlabCommand() {
        List<String> words = new ArrayList<>(List.of("batch", "highmemory", "fmri", "spm8", "gpu"));
        LauncherArguments expected = parse("batch", "highmemory", "fmri", "spm8", "gpu", "disp(1)");
        Random random = new Random(42);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(words, random);
            List<String> all = new ArrayList<>(words);
            all.add("disp(1)");
            assertThat(LauncherArguments.parse(SPM, TAGS, all, false)).isEqualTo(expected);
        }
    }

    @Test
    void withoutWordsTheDefaultVersionStarts() {
        assertThat(parse().argv(SPM, 1))
                .containsExactly("matlab", "-nosplash", "-r", "addpath('/imaging/spm12'); spm('fmri'); ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a='x'; b=\"y\"; % comment", "x = [1;2]\ny = {path}", "disp('{eval}')", "  spaces  ", "$HOME *"})
    void matlabCommandsArriveUnharmed(String command) {
        assertThat(parse("workerdesktop", command).argv(SPM, 1)).last().isEqualTo(command);
    }

    @Test
    void aBatchGetsItsSlotsAndItsCommandAsAMatlabString() {
        assertThat(parse("spm8", "batch", "disp('it''s')").argv(SPM, 4))
                .containsExactly(
                        "matlab",
                        "-batch",
                        "maxNumCompThreads(4); addpath('/imaging/spm8'); eval('disp(''it''''s'')')");
        assertThat(LauncherArguments.batch(SPM, Optional.of("spm8"), "gpu").argv(SPM, 0))
                .last()
                .isEqualTo("maxNumCompThreads(1); addpath('/imaging/spm8'); eval('gpu')");
    }

    @ParameterizedTest
    @CsvSource({
        "workerdesktop spm8 disp(1), the template 'worker' of the software does not use a version",
        "title:t disp(1), the template 'command' of the software does not use a title",
        "batch, batch requires a Matlab command",
        "batch workerdesktop disp(1), only one launcher can be given",
        "workerdesktop eeg, the template 'worker' of the software does not use a modality",
    })
    void whatTheTemplateDoesNotUseIsRefused(String words, String message) {
        assertUsage(() -> parse(words.split(" ")), message);
    }

    @Test
    void aCommandThatTheTemplateDoesNotUseIsRefused() {
        Software plain = software(new Launcher.Templates(List.of("matlab", "{path}"), List.of(), List.of()), "spm12");

        assertUsage(
                () -> LauncherArguments.parse(plain, TAGS, List.of("disp(1)"), false),
                "the template 'command' of the software does not use a Matlab command 'disp(1)'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spm99", "spm_12", "SPM5", "spm12b", "spm12.1"})
    void aWordThatLooksLikeAVersionIsACommandOnlyAfterTwoDashes(String word) {
        assertUsage(() -> parse(word), "unknown version '" + word + "'");
        assertThat(LauncherArguments.parse(SPM, TAGS, List.of(word), true).eval())
                .isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({
        "spm5, unknown version 'spm5'; did you mean 'spm8'?",
        "highmemry, unknown word 'highmemry'; did you mean 'highmemory'?",
        "fmir, unknown word 'fmir'; did you mean 'fmri'?",
    })
    void anUnknownWordIsNamedWithTheNearestKnownOne(String word, String message) {
        assertUsage(() -> parse(word), message);
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
    void aMissingTemplateIsNamed() {
        Software plain = software(new Launcher.Templates(List.of("matlab"), List.of(), List.of()));

        assertThatThrownBy(() -> LauncherArguments.parse(plain, TAGS, List.of("workerdesktop"), false))
                .hasMessageContaining("software 'spm' has no worker template in the configuration");
        assertThatThrownBy(() -> LauncherArguments.batch(plain, Optional.empty(), "disp(1)"))
                .hasMessageContaining("software 'spm' has no batch template in the configuration");
    }

    private static void assertUsage(ThrowingCallable code, String message) {
        assertThatThrownBy(code)
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((LoadshareException) e).kind())
                .isEqualTo(LoadshareException.Kind.USAGE);
    }
}
