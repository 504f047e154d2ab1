package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Recipes;
import io.loadshare.testing.Requires;
import io.loadshare.transport.ShellWords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line for a shell in the recipes of {@code docs/software.md} does what the guide promises. */
class RecipesTest {

    @Test
    void everyLineRuns(@TempDir Path home, @TempDir Path directory) throws Exception {
        Requires.programs("octave-cli");
        Recipes recipes = new Recipes(Path.of(""), directory);
        List<String> started = new ArrayList<>();
        for (Recipes.Recipe recipe : recipes.read()) {
            Program loadshare = new Program(home)
                    .configure("hosts: [ { name: here, local: true, tags: [highmemory] } ]\n"
                            + "pools: [ { name: vnc, hosts: here }, { name: meg, hosts: here } ]\n"
                            + "licenses: [ { name: matlab, process: MATLAB, perUser: 8 } ]\n"
                            + "placement: { slotsPerCore: none }\nsoftware:\n" + recipe.software());
            for (String line : recipe.shell()) {
                List<String> words = ShellWords.split(line);
                Program.Result result = loadshare.runIn(
                        recipes.study(), words.subList(1, words.size()).toArray(String[]::new));
                assertThat(result.status()).as(line + "\n" + result).isZero();
                assertThat(result.out()).as(line).contains(recipe.printed());
                started.add(recipe.title());
            }
        }
        assertThat(started).hasSizeGreaterThanOrEqualTo(9);
    }
}
