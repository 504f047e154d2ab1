package io.loadshare.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class PlainArgumentsTest {

    /** A command with options of every kind. */
    private static final class Options {

        private final OptionBinding<String> pool = OptionBinding.text("--pool", "P", "a pool");
        private final OptionBinding<String> hosts = OptionBinding.text("--hosts", "H", "hosts");
        private final OptionBinding<Boolean> json = OptionBinding.flag("--json", "as JSON");
        private final OptionBinding<Boolean> explain = OptionBinding.flag("--explain", "why");
        private final List<OptionBinding<?>> all = List.of(pool, hosts, json, explain);

        boolean readPlain(List<String> words) {
            return PlainArguments.read(words, all, List.of(List.of(pool, hosts)));
        }

        Options readByPicocli(List<String> words) {
            CommandSpec command = OptionBinding.command(this, "test", "a test", json, explain);
            OptionBinding.addOneOf(command, pool, hosts);
            new CommandLine(command).parseArgs(words.toArray(new String[0]));
            return this;
        }

        List<?> values() {
            return all.stream()
                    .map(option -> (Object) option.value())
                    .map(String::valueOf)
                    .toList();
        }
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--json",
                "--explain --json",
                "--pool vnc",
                "--hosts l[01-36],big1 --json",
                "--json --pool vnc --explain",
                "--pool a=b",
                "--pool @vnc"
            })
    void plainLinesAreReadAsPicocliReadsThem(String line) {
        Options plain = new Options();
        assertThat(plain.readPlain(words(line))).isTrue();
        assertThat(plain.values())
                .isEqualTo(new Options().readByPicocli(words(line)).values());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vnc",
                "--pool",
                "--pool --json",
                "--pool -1",
                "--pool=vnc",
                "--json=true",
                "--json --json",
                "--pool a --pool b",
                "--pool a --hosts b",
                "--help",
                "--json --",
                "-- x",
                "--no-such-option"
            })
    void allElseIsLeftToPicocliWithoutAnyValue(String line) {
        Options plain = new Options();
        assertThat(plain.readPlain(words(line))).isFalse();
        assertThat(plain.values()).isEqualTo(new Options().values());
    }
}
