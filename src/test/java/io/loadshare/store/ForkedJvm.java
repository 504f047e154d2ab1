package io.loadshare.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A class's {@code main} in a process of its own, whose lines can be waited for and which can be killed. */
public final class ForkedJvm implements AutoCloseable {

    private static final int TIMEOUT_SECONDS = 180;
    private static final String END = "\0end";

    private final Process process;
    private final Thread reader;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> allLines = new CopyOnWriteArrayList<>();

    private ForkedJvm(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader = new Thread(this::readLines, "forked-jvm-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void readLines() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = out.readLine()) != null) {
                allLines.add(line);
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("its output broke off: " + e);
        }
        lines.add(END);
    }

    public static ForkedJvm start(Class<?> main, String... arguments) throws IOException {
        return new ForkedJvm(command(main, arguments));
    }

    /** As {@link #start}; no file that it writes may grow beyond a size. */
    public static ForkedJvm startWithFileLimit(int kibibytes, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "-"));
        command.addAll(command(main, arguments));
        return new ForkedJvm(command);
    }

    /** As {@link #start}; a directory is a small disk, full to the last byte, that nobody else sees. Only root can. */
    public static ForkedJvm startOnFullDisk(Path directory, Class<?> main, String... arguments) throws IOException {
        String fill = "mount -t tmpfs -o size=64k none \"$1\" || exit; cat /dev/zero >\"$1/filler\" 2>/dev/null; "
                + "shift; exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", fill, "-", directory.toString()));
        command.addAll(command(main, arguments));
        return new ForkedJvm(command);
    }

    /** As {@link #start}; root, too, is bound by the permissions of files. */
    public static ForkedJvm startBoundByPermissions(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"));
        }
        command.addAll(command(main, arguments));
        return new ForkedJvm(command);
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Where a file is that the process sees. */
    public Path seenByIt(Path file) {
        return Path.of("/proc/" + process.pid() + "/root" + file);
    }

    /** The next line that begins so; earlier ones are passed over. */
    public String awaitLine(String start) throws InterruptedException {
        List<String> passed = new ArrayList<>();
        while (true) {
            String line = lines.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError("no line '" + start + "…' " + (line == null ? "in time" : "before the end")
                        + ", but: " + passed);
            }
            if (line.startsWith(start)) {
                return line;
            }
            passed.add(line);
        }
    }

    /** Lets a process that reads its stdin go on. */
    public void send(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** The exit status, once the process has ended. */
    public int awaitEnd(long limit, TimeUnit unit) throws InterruptedException {
        if (!process.waitFor(limit, unit)) {
            throw new AssertionError("process " + process.pid() + " did not end within " + limit + " " + unit);
        }
        return process.exitValue();
    }

    /** All lines, of a process that has ended. */
    public List<String> allLines() throws InterruptedException {
        if (process.isAlive()) {
            throw new IllegalStateException("process " + process.pid() + " has not ended");
        }
        reader.join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        return List.copyOf(allLines);
    }

    /** {@code kill -9}, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
