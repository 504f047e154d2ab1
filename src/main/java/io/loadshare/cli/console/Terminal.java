package io.loadshare.cli.console;

import io.loadshare.LoadshareException;
import io.loadshare.transport.RemoteCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Our terminal, for a remote command that has one. While it is taken, every key goes to the command unchanged,
 * including Ctrl-C. However this program ends, except by SIGKILL, the terminal gets its settings back.
 */
public final class Terminal implements AutoCloseable {

    /** The settings that OpenSSH's client uses. */
    private static final String[] RAW =
            ("ignpar -istrip -inlcr -igncr -icrnl -ixon -ixany -ixoff -iuclc -isig -icanon -echo"
                            + " -echoe -echok -echonl -iexten -opost min 1 time 0")
                    .split(" ");

    private final Optional<RemoteCommand.Terminal> remote;
    private final Thread hook = new Thread(this::close, "loadshare-terminal");
    private boolean ending; // guarded by this
    private boolean taken; // guarded by this

    private Terminal(Optional<RemoteCommand.Terminal> remote) {
        this.remote = remote;
    }

    /**
     * @param wanted whether the command gets a terminal
     * @throws LoadshareException of kind USAGE if it does and our stdin is not a terminal
     */
    public static Terminal open(boolean wanted, Map<String, String> environment) {
        if (!wanted) {
            return new Terminal(Optional.empty());
        }
        Optional<String> settings = isTerminal(0) ? stty("-g") : Optional.empty();
        if (settings.isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE, "--tty needs a terminal, and this program's stdin is not one");
        }
        Terminal terminal =
                new Terminal(Optional.of(withSize(environment.getOrDefault("TERM", "vt100"), settings.get())));
        Runtime.getRuntime().addShutdownHook(terminal.hook);
        return terminal;
    }

    private static RemoteCommand.Terminal withSize(String type, String settings) {
        String[] size = stty("size").orElse("24 80").split(" ");
        return new RemoteCommand.Terminal(type, Integer.parseInt(size[1]), Integer.parseInt(size[0]), settings);
    }

    /** Returns the terminal in its initial state; empty if the command has none. */
    public Optional<RemoteCommand.Terminal> forCommand() {
        return remote;
    }

    /** Returns the terminal in its current state. */
    Optional<RemoteCommand.Terminal> current() {
        return remote.map(first -> withSize(first.type(), first.settings()));
    }

    /** Passes the keys to the command, if it has a terminal. */
    public synchronized void take() {
        if (remote.isPresent() && !ending) {
            taken = true;
            stty(RAW);
        }
    }

    public synchronized void release() {
        if (taken) {
            taken = false;
            stty(remote.orElseThrow().settings());
        }
    }

    @Override
    public synchronized void close() {
        release();
        ending = true;
    }

    /** Returns whether one of our open files is a terminal; Java 17 can only check stdin and stdout together. */
    public static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs stty to change, or to print settings of, the terminal that is our stdin. */
    private static Optional<String> stty(String... words) {
        List<String> argv = new ArrayList<>(List.of("stty"));
        argv.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(argv)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(answer)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
