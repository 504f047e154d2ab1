package io.loadshare.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class BenchTest {

    static Set<String> benchmarks() {
        return Bench.commandLine().getSubcommands().keySet();
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void eachExplainsItselfAndRefusesWhatItDoesNotKnow(String benchmark) {
        StringWriter out = new StringWriter();
        CommandLine line = Bench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        assertThat(line.execute(benchmark, "--help")).as("%s", out).isZero();
        assertThat(line.execute(benchmark, "--no-such-option")).isEqualTo(64);
        assertThat(out.toString()).contains("Usage: bench/run " + benchmark);
    }
}
