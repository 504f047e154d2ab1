package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Recipes;
import io.loadshare.testing.Requires;
import io.loadshare.transport.ShellWords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line for a shell in the recipes of {@code docs/software.md} does what the guide promises. */
class RecipesTest {

    /** What each line prints, in order; parts of the output. */
    private static final Map<String, List<String>> PRINTED = Map.of(
            "SPM batch", List.of("defaults fmri", "Running module 1\nmodule ran\nDone\n"),
            "SPM with its windows", List.of("spm "),
            "automaticanalysis", List.of("worker 1\n"),
            "MaxFilter", List.of("maxfilter -f raw.fif -o sss.fif -force slots=1"),
            "MNE-Python", List.of("python analyse.py subj01 slots=4"),
            "FreeSurfer", List.of("recon-all -openmp 4 -s subj01 -all slots=4 subjects=/"));

    @Test
    void everyLineRuns(@TempDir Path home, @TempDir Path directory) throws Exception {
        Requires.programs("octave-cli");
        Recipes recipes = new Recipes(Path.of(""), directory);
        List<String> started = new ArrayList<>();
        for (Recipes.Recipe recipe : recipes.read()) {
            String section = recipe.title().replaceAll(" \\d+$", "");
            Program loadshare = new Program(home)
                    .configure("hosts: [ { name: here, local: true, tags: [highmemory] } ]\n"
                            + "pools: [ { name: vnc, hosts: here }, { name: meg, hosts: here } ]\n"
                            + "licenses: [ { name: matlab, process: MATLAB, perUser: 8 } ]\n"
                            + "placement: { slotsPerCore: none }\nsoftware:\n" + recipe.software());
            assertThat(PRINTED).as("recipes with a known result").containsKey(section);
            assertThat(recipe.shell()).as("lines of " + section).isNotEmpty();
            for (String line : recipe.shell()) {
                List<String> words = ShellWords.split(line);
                Program.Result result = loadshare.runIn(
                        recipes.study(), words.subList(1, words.size()).toArray(String[]::new));
                assertThat(result.status()).as(line + "\n" + result).isZero();
                assertThat(result.out()).as(line).contains(PRINTED.get(section));
                started.add(section);
            }
        }
        assertThat(started).containsAll(PRINTED.keySet());
    }
}
