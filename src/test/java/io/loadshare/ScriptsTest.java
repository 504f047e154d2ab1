package io.loadshare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every script of the project explains itself, and refuses arguments that it does not know before it does anything. */
class ScriptsTest {

    private static final Path TOP = Path.of("").toAbsolutePath();
    /** Starters of the program, whose arguments are the program's. */
    private static final Set<String> PROGRAM = Set.of("loadshare", "src/dist/bin/loadshare");

    private static final Set<String> NOT_OURS = Set.of(".git", ".cache", "target", "work");
    private static final long LIMIT_SECONDS = 30;
    private static final int USAGE = 64;

    @TempDir
    private Path directory;

    static List<String> scripts() throws IOException {
        List<String> scripts = new ArrayList<>();
        Files.walkFileTree(TOP, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                boolean standsInForAProgram = path.endsWith("src/test/resources");
                return standsInForAProgram
                                || NOT_OURS.contains(path.getFileName().toString()) && !path.equals(TOP)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                String name = TOP.relativize(path).toString();
                if (Files.isExecutable(path) && isScript(path) && !PROGRAM.contains(name)) {
                    scripts.add(name);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return scripts;
    }

    private static boolean isScript(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            return new String(in.readNBytes(2)).equals("#!");
        }
    }

    private record Output(int status, String stdout, String stderr) {}

    private Output run(String script, String argument) throws Exception {
        File stdout = directory.resolve("stdout").toFile();
        File stderr = directory.resolve("stderr").toFile();
        Process process = new ProcessBuilder(TOP.resolve(script).toString(), argument)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(stdout)
                .redirectError(stderr)
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(script + " " + argument + " did not end within " + LIMIT_SECONDS + " s");
        }
        return new Output(process.exitValue(), Files.readString(stdout.toPath()), Files.readString(stderr.toPath()));
    }

    @Test
    void scriptsAreFound() throws Exception {
        assertThat(scripts()).contains("verify", "jenkins", ".ci/run", "bench/run", "src/test/cluster/cluster");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void helpIsPrinted(String script) throws Exception {
        Output output = run(script, "--help");
        assertThat(output.status).as(output.stderr).isZero();
        assertThat(output.stdout).startsWith("Usage: ");
        assertThat(output.stderr).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void unknownArgumentsAreRefused(String script) throws Exception {
        Output output = run(script, "--no-such-option");
        assertThat(output.status).as(output.stderr).isEqualTo(USAGE);
        assertThat(output.stdout).isEmpty();
        assertThat(output.stderr).contains("'--no-such-option'");
    }

    static List<Path> resourceScripts() throws IOException {
        try (Stream<Path> files = Files.walk(TOP.resolve("src/main/resources"))) {
            return files.filter(file -> file.toString().endsWith(".sh")).toList();
        }
    }

    /** A job runs parts of these only after some faults. */
    @ParameterizedTest
    @MethodSource("resourceScripts")
    void resourceScriptsAreSh(Path script) throws Exception {
        Process sh = new ProcessBuilder("sh", "-n", script.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(sh.getInputStream().readAllBytes())).isEmpty();
        assertThat(sh.waitFor()).isZero();
    }
}
