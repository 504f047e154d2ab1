package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A remote terminal into which keys are typed one by one, each after the echo of the one before. {@code script} of
 * util-linux provides the terminal on this side.
 */
final class KeyEcho implements AutoCloseable {

    /** The remote command: it is ready once it prints this, and its terminal echoes. */
    static final String COMMAND = "sh -c 'echo ready; exec cat'";

    private static final String READY = "ready\r\n";
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final String name;
    private final Process process;
    private final OutputStream keys;
    private final InputStream echo;
    private final double[] milliseconds;
    private int typed;

    /**
     * @param command for the shell
     * @param count how many keys will be typed at most
     */
    KeyEcho(String name, String command, int count, Path errors) throws IOException {
        this.name = name;
        this.milliseconds = new double[count];
        this.process = new ProcessBuilder("script", "-qfec", command, "/dev/null")
                .redirectError(errors.toFile())
                .start();
        this.keys = process.getOutputStream();
        this.echo = process.getInputStream();
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(READY)) {
            text.append((char) next(text.toString()));
        }
    }

    void type() throws IOException {
        char key = (char) ('a' + typed % 26);
        long start = System.nanoTime();
        keys.write(key);
        keys.flush();
        int answer = next("");
        milliseconds[typed++] = (System.nanoTime() - start) / NANOS_PER_MILLISECOND;
        if (answer != key) {
            throw new IOException(name + " echoed character " + answer + " for the key '" + key + "'");
        }
    }

    private int next(String before) throws IOException {
        int character = echo.read();
        if (character < 0) {
            throw new IOException(name + " ended before its time" + (before.isEmpty() ? "" : ", after: " + before));
        }
        return character;
    }

    private double quantile(double share) {
        double[] sorted = Arrays.copyOf(milliseconds, typed);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * typed) - 1];
    }

    List<String> cells() {
        return List.of(name, Output.number(quantile(0.5), 2), Output.number(quantile(0.99), 2));
    }

    Map<String, Object> json() {
        return Map.of("program", name, "medianMillis", quantile(0.5), "p99Millis", quantile(0.99));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
