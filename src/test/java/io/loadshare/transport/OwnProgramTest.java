package io.loadshare.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.testing.Cluster;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a program of its own can show: flat memory, another locale. */
@Tag("ssh")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OwnProgramTest {

    private static final long GIBIBYTE = 1L << 30;

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path directory;

    private record Outcome(int status, String stdout, String stderr) {}

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(1);
    }

    private Outcome run(String kind, String verb, String line, String stdin) throws IOException, InterruptedException {
        Path input = Files.writeString(directory.resolve("in"), stdin);
        Path stdout = directory.resolve("out");
        Path stderr = directory.resolve("err");
        Process process = OwnProgram.start(kind, new SshConfig(directory, cluster), cluster.host(1), verb, line)
                .redirectInput(input.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        int status = process.waitFor();
        return new Outcome(status, Files.readString(stdout), Files.readString(stderr));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsch", "external"})
    void aGibibyteOfOutputPassesThroughASmallHeap(String kind) throws Exception {
        assertThat(run(kind, "count", "head -c " + GIBIBYTE + " /dev/zero", ""))
                .isEqualTo(new Outcome(0, GIBIBYTE + "\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsch", "external"})
    void aGibibyteOfInputPassesThroughASmallHeap(String kind) throws Exception {
        assertThat(run(kind, "feed", "wc -c", "")).isEqualTo(new Outcome(0, GIBIBYTE + "\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsch", "external"})
    void commandLineIsUtf8UnderTheCLocale(String kind) throws Exception {
        Path script = directory.resolve("line");
        Files.writeString(script, "printf '%s' 'naïve 日本語'");

        // As an argument of that program it would not survive the locale.
        assertThat(run(kind, "print", "@" + script, "").stdout()).isEqualTo("naïve 日本語");
    }

    /** In a network of its own, whose name server never answers and is asked for two and a half minutes. */
    @Test
    void nameThatIsLookedUpForEverCostsTheDeadline() throws Exception {
        Path resolver = directory.resolve("resolv.conf");
        Files.writeString(resolver, "nameserver 192.0.2.1\noptions timeout:30 attempts:5\n");
        String network = "ip link add near type veth peer name far && ip link set near up && ip link set far up"
                + " && ip address add 192.0.2.9/24 dev near"
                + " && ip neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev near"
                + " && mount --bind " + resolver + " /etc/resolv.conf && exec \"$@\"";
        List<String> inside = List.of("unshare", "-n", "-m", "sh", "-c", network, "sh");
        assumeTrue(
                new ProcessBuilder(with(inside, List.of("true"))).start().waitFor() == 0,
                "no network namespace of our own here, so this test proves nothing: it needs root, unshare and ip");
        ProcessBuilder program =
                OwnProgram.start("jsch", new SshConfig(directory, cluster), "name.example.org", "count", "true");
        List<String> command = new ArrayList<>(program.command());
        command.add(1, "-Dseconds=2");
        Path stderr = directory.resolve("err");

        Process process = program.command(with(inside, command))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(stderr.toFile())
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("ended within 60 s")
                .isTrue();
        assertThat(stderr).content().contains("did not get an address from the name service within 2 s");
    }

    private static List<String> with(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
