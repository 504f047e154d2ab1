package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The whole program in processes of its own, with a home directory of its own: what a user types and sees. */
final class Program {

    private static final int TIMEOUT_SECONDS = 90;

    private final Path home;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private File directory = new File("/");
    private List<String> prefix = List.of();
    private Path installed;

    Program(Path home) {
        this.home = home;
        environment.put("HOME", home.toString());
        environment.put("PATH", System.getenv("PATH"));
        environment.put("LANG", "C.UTF-8");
    }

    /** How a command ended and what it printed. */
    record Result(int status, String out, String err) {
        @Override
        public String toString() {
            return "exit " + status + "\nstdout:\n" + out + "\nstderr:\n" + err;
        }
    }

    /**
     * Writes the user's configuration. Unless it has settings of placement, jobs do not wait for free slots: the jobs of
     * other tests, which run on this machine at the same time, would hold them.
     */
    Program configure(String yaml) {
        String whole = yaml.contains("placement:") ? yaml : yaml + "\nplacement: { slotsPerCore: none }\n";
        Path file = home.resolve(".config/loadshare/config.yaml");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, whole);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return this;
    }

    Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs it through other programs, such as {@code setpriv}. */
    Program through(String... words) {
        prefix = List.of(words);
        return this;
    }

    /** Runs an installed program instead of the classes of this build. */
    Program installed(Path program) {
        installed = program;
        return this;
    }

    Path home() {
        return home;
    }

    /** Runs {@code loadshare} with these words to its end. */
    Result run(String... words) {
        return start(words).await("");
    }

    /** Runs it in another directory. */
    Result runIn(Path directory, String... words) {
        this.directory = directory.toFile();
        return run(words);
    }

    Result runWithInput(String stdin, String... words) {
        return start(words).await(stdin);
    }

    /** Starts jobs from separate processes at the same time, and returns their IDs. */
    List<String> burst(int jobs, String... words) {
        List<Running> burst = Stream.generate(() -> start(words)).limit(jobs).toList();
        return burst.stream()
                .map(running -> running.await("", TIMEOUT_SECONDS + jobs)) // they all start at once
                .peek(result ->
                        assertThat(result.status()).as(result.toString()).isZero())
                .map(result -> result.out().strip())
                .toList();
    }

    /** The number of jobs of each host that {@code loadshare jobs} lists. */
    Map<String, Integer> jobsByHost() {
        return run("jobs")
                .out()
                .lines()
                .skip(1)
                .collect(Collectors.toMap(line -> line.split(" +")[1], line -> 1, Integer::sum));
    }

    void kill(List<String> ids) {
        List<String> words = new ArrayList<>(List.of("kill", "--grace", "1s"));
        words.addAll(ids);
        run(words.toArray(String[]::new));
    }

    /** Runs the program under another name. */
    Result runAs(String name, String... words) {
        return startAs(name, words).await("");
    }

    Running start(String... words) {
        return startAs("loadshare", words);
    }

    Running startAs(String name, String... words) {
        return new Running(startProcess(name, words), List.of(words));
    }

    /** Starts the program under a name, and leaves its streams to the caller. */
    Process startProcess(String name, String... words) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(command(name, words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** The command line that starts the program under a name. */
    List<String> command(String name, String... words) {
        List<String> command = new ArrayList<>();
        if (installed != null) {
            command.add(installed.resolveSibling(name).toString());
        } else {
            command.addAll(List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-XX:-UsePerfData",
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    name));
        }
        command.addAll(List.of(words));
        return command;
    }

    /** A command that runs. */
    static final class Running {

        private final Process process;
        private final List<String> words;
        private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        private final ByteArrayOutputStream complained = new ByteArrayOutputStream();
        private final CompletableFuture<String> out;
        private final CompletableFuture<String> err;

        Running(Process process, List<String> words) {
            this.process = process;
            this.words = words;
            this.out = reading(process.getInputStream(), printed);
            this.err = reading(process.getErrorStream(), complained);
        }

        Process process() {
            return process;
        }

        /** What it has printed on stdout so far. */
        String printed() {
            return printed.toString(StandardCharsets.UTF_8);
        }

        /** What it has printed on stderr so far. */
        String complained() {
            return complained.toString(StandardCharsets.UTF_8);
        }

        /** Sends a signal, as the terminal does at Ctrl-C ({@code INT}). */
        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }

        Result await(String stdin) {
            return await(stdin, TIMEOUT_SECONDS);
        }

        private Result await(String stdin, int seconds) {
            try {
                try (OutputStream in = process.getOutputStream()) {
                    in.write(stdin.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // The command may end without reading its input.
                }
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("loadshare " + String.join(" ", words) + " did not end within "
                            + seconds + " s; it said:\n" + out.get(5, TimeUnit.SECONDS) + "\n"
                            + err.get(5, TimeUnit.SECONDS));
                }
                return new Result(
                        process.exitValue(), out.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), err.get(5, TimeUnit.SECONDS));
            } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                throw new AssertionError("interrupted while waiting for loadshare", e);
            } catch (java.util.concurrent.TimeoutException e) {
                throw new AssertionError("loadshare ended, but something it left behind holds its output open", e);
            }
        }

        private static CompletableFuture<String> reading(InputStream stream, ByteArrayOutputStream seen) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            stream.transferTo(seen);
                            return seen.toString(StandardCharsets.UTF_8);
                        } catch (IOException e) {
                            throw new UncheckedIOException("cannot read what loadshare prints", e);
                        }
                    },
                    task -> {
                        Thread thread = new Thread(task, "program-output");
                        thread.setDaemon(true);
                        thread.start();
                    });
        }
    }
}
