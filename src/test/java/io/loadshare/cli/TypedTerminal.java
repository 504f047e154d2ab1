package io.loadshare.cli;

import io.loadshare.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The program on a terminal of 24 lines and 80 columns (by {@code script} of util-linux), and somebody who types there. The
 * terminal's settings are printed before the program runs and after it has ended.
 */
final class TypedTerminal implements AutoCloseable {

    private static final String SHELL =
            "stty rows 24 columns 80; stty -g; \"$@\"; s=$?; echo; echo \"status $s\"; stty -g; echo over";

    private final Process script;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private TypedTerminal(Process script) {
        this.script = script;
        Thread reader = new Thread(this::read, "screen");
        reader.setDaemon(true);
        reader.start();
    }

    static TypedTerminal run(Program loadshare, String... words) {
        String onTerminal =
                "q=$(printf \" '%s'\" \"$@\"); exec script -qfec \"sh -c \\\"\\$TYPED_SHELL\\\" sh$q\" /dev/null";
        return new TypedTerminal(loadshare
                .with("TYPED_SHELL", SHELL)
                .through("sh", "-c", onTerminal, "sh")
                .startProcess("loadshare", words));
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try (InputStream in = script.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (screen) {
                    screen.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            // Its end is seen by what is missing.
        }
    }

    /** All that was printed. */
    String screen() {
        synchronized (screen) {
            return screen.toString(StandardCharsets.ISO_8859_1);
        }
    }

    void awaitScreen(String text) {
        Waiting.until(() -> screen().contains(text), () -> "no '" + text + "' on the screen, which shows\n" + screen());
    }

    void type(String keys) throws IOException {
        OutputStream keyboard = script.getOutputStream();
        keyboard.write(keys.getBytes(StandardCharsets.ISO_8859_1));
        keyboard.flush();
    }

    /** Loadshare itself. */
    ProcessHandle program() {
        return script.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("loadshare does not run:\n" + screen()));
    }

    private String device() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + program().pid() + "/fd/0"))
                .toString();
    }

    /** The terminal's settings while the program runs. */
    String current() throws IOException {
        Process stty = new ProcessBuilder("stty", "-F", device(), "-g").start();
        return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    }

    void resize(int rows, int columns) throws IOException, InterruptedException {
        new ProcessBuilder("stty", "-F", device(), "rows", "" + rows, "columns", "" + columns)
                .start()
                .waitFor();
    }

    /** Waits for the end of the program, and of the shell that started it. */
    String awaitEnd() {
        awaitScreen("over\r\n");
        return screen();
    }

    String settingsBefore() {
        return screen().lines().findFirst().orElseThrow();
    }

    String settingsAfter() {
        return screen().lines()
                .dropWhile(line -> !line.startsWith("status "))
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
        try {
            script.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
