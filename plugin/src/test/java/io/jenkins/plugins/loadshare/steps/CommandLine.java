package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.testing.Cluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program {@code loadshare}, as the core's build made it, with a home directory of its own. */
final class CommandLine {

    private static final int PATIENCE_SECONDS = 300; // however many are started at the same time

    private final Path home;
    private final Path program;

    /** @param directory for its installation and its home */
    CommandLine(Path directory) throws IOException {
        home = Files.createDirectories(directory.resolve("home"));
        program = install(directory.resolve("installed"));
    }

    private static Path install(Path tree) throws IOException {
        Path top = Path.of("").toAbsolutePath().getParent();
        assumeTrue(
                Files.isDirectory(top.resolve("src/dist")),
                "NOT TESTED WITH THE COMMAND LINE: " + top + " is not a checkout of loadshare");
        Path lib = Files.createDirectories(tree.resolve("lib/loadshare"));
        copy(top.resolve("target/lib"), "*.jar", lib);
        for (Path jar : copy(top.resolve("target"), "loadshare-core-*[0-9].jar", lib)) {
            Files.move(jar, lib.resolve("loadshare.jar"));
        }
        Path bin = Files.createDirectories(tree.resolve("bin"));
        return copy(top.resolve("src/dist/bin"), "loadshare", bin).get(0);
    }

    private static List<Path> copy(Path from, String files, Path to) throws IOException {
        List<Path> copies = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(from, files)) {
            for (Path file : found) {
                copies.add(Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES));
            }
        }
        assertThat(copies)
                .as("no " + files + " in " + from + ": build the core first, by mvn package at the top")
                .isNotEmpty();
        return copies;
    }

    /** Writes its configuration: hosts as Jenkins knows them, reached as root. */
    void configure(Cluster cluster, String more) throws IOException {
        Path directory = Files.createDirectories(home.resolve(".config/loadshare"));
        String ssh = "ssh: { config: \"%s\", knownHosts: \"%s\", identity: \"%s\" }\n"
                .formatted(cluster.sshConfig(), cluster.knownHosts(), cluster.identity());
        Files.writeString(directory.resolve("config.yaml"), Hosts.yaml(cluster) + ssh + more);
    }

    /** Runs a command to its end, which must be a good one. */
    void run(String... words) throws Exception {
        start(words).succeed();
    }

    Running start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words));
        Path said = Files.createTempFile(home, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        return new Running(builder.start(), String.join(" ", command), said);
    }

    /** A command that runs. */
    record Running(Process process, String command, Path said) {

        void succeed() throws Exception {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        command + " did not end within " + PATIENCE_SECONDS + " s:\n" + Files.readString(said));
            }
            assertThat(process.exitValue())
                    .as(() -> command + " failed:\n" + text())
                    .isEqualTo(0);
        }

        private String text() {
            try {
                return Files.readString(said);
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
