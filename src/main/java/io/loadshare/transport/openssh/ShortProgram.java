package io.loadshare.transport.openssh;

import io.loadshare.LoadshareException;
import io.loadshare.transport.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A runner for a program of this machine that prints less than a pipe holds (64 KiB) and ends. */
final class ShortProgram {

    private ShortProgram() {}

    /**
     * Runs the program and returns its stdout.
     *
     * @throws LoadshareException of kind CONFIGURATION with its stderr if it fails or has not ended by the deadline
     */
    static String run(List<String> command, Map<String, String> environment, Deadline deadline) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
                throw failure(command, "did not end within " + deadline.words());
            }
            if (process.exitValue() != 0) {
                throw failure(
                        command, "failed: " + text(process.getErrorStream()).strip());
            }
            return text(process.getInputStream());
        } catch (IOException e) {
            throw failure(command, "could not be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(command, "was interrupted");
        }
    }

    /** Formats the command for messages without its options, since a command among them may contain a password. */
    private static LoadshareException failure(List<String> command, String what) {
        return new LoadshareException(
                LoadshareException.Kind.CONFIGURATION, "'" + command.get(0) + " " + command.get(1) + " …' " + what);
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
