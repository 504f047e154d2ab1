package io.loadshare.cli;

import io.loadshare.testing.Waiting;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A terminal of 80 columns and 24 lines, shown by {@code tmux}, in which one command runs. */
final class TerminalEmulator implements AutoCloseable {

    private final Path home;
    private final Path socket;

    private TerminalEmulator(Path home, Path socket) {
        this.home = home;
        this.socket = socket;
    }

    /** @param name differs from that of other terminals with the same home directory */
    static TerminalEmulator run(Path home, String name, List<String> command) {
        TerminalEmulator terminal = new TerminalEmulator(home, home.resolve(name + ".tmux"));
        List<String> words = new ArrayList<>(List.of("new-session", "-d", "-x", "80", "-y", "24"));
        words.addAll(List.of("sh", "-c", "\"$@\"; echo \"status $?\"; exec sleep 600", "sh"));
        words.addAll(command);
        terminal.tmux(words);
        return terminal;
    }

    private String tmux(List<String> words) {
        List<String> command = new ArrayList<>(List.of("tmux", "-f", "/dev/null", "-S", socket.toString()));
        command.addAll(words);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("HOME", home.toString());
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("LANG", "C.UTF-8");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("tmux does not start", e);
        }
    }

    /** Types keys, by the names that tmux has for them ({@code Enter}, {@code C-c}); other words as they are. */
    void type(String... keys) {
        List<String> words = new ArrayList<>(List.of("send-keys"));
        words.addAll(List.of(keys));
        tmux(words);
    }

    void resize(int columns, int lines) {
        tmux(List.of("resize-window", "-x", "" + columns, "-y", "" + lines));
    }

    /** What is on the screen, with its colors. */
    String screen() {
        return tmux(List.of("capture-pane", "-p", "-e")).stripTrailing();
    }

    void awaitScreen(String text) {
        Waiting.until(
                () -> screen().contains(text),
                () -> "no '" + text + "' on the screen " + socket + ", which shows\n" + screen());
    }

    @Override
    public void close() {
        tmux(List.of("kill-server"));
    }
}
