package io.loadshare.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Access to other programs: whether they are installed, and short runs of them. */
final class Programs {

    private static final long CHECK_MILLIS = 100;

    private Programs() {}

    /** Returns the project's directory. */
    static Path top() {
        return Path.of(System.getProperty("bench.top"));
    }

    static boolean has(String program) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /**
     * Runs a command to its end and returns its output.
     *
     * @throws IOException with the command's output if it fails
     */
    static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("loadshare-bench-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int status = process.waitFor();
            String said = Files.readString(output);
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + status + ": " + said.strip());
            }
            return said;
        } finally {
            Files.delete(output);
        }
    }

    /** Something that becomes true. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /**
     * Waits until a condition holds, and checks it ten times a second.
     *
     * @param what what is awaited, for the message
     * @throws IOException if it does not hold within the limit
     */
    static void await(Condition condition, Duration limit, Supplier<String> what)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException(what.get() + " did not happen within " + limit.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(CHECK_MILLIS);
        }
    }

    /** Returns the processes whose command lines contain {@code mark}. */
    static Set<Long> running(String mark) throws IOException {
        Set<Long> found = new HashSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (commandLine(process).contains(mark)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return found;
    }

    private static String commandLine(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // the process has ended meanwhile
        }
    }
}
