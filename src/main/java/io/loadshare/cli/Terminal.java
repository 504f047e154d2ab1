package io.loadshare.cli;

import io.loadshare.LoadshareException;
import io.loadshare.transport.RemoteCommand;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Our terminal, handed to a remote command: every key goes there as it is, until it is closed. */
final class Terminal implements AutoCloseable {

    private final Optional<RemoteCommand.Terminal> remote;
    private final Optional<String> saved;

    private Terminal(Optional<RemoteCommand.Terminal> remote, Optional<String> saved) {
        this.remote = remote;
        this.saved = saved;
    }

    /**
     * @param wanted whether the command shall have a terminal
     * @throws LoadshareException of kind USAGE if it shall and we have none
     */
    static Terminal open(boolean wanted, Map<String, String> environment) {
        if (!wanted) {
            return new Terminal(Optional.empty(), Optional.empty());
        }
        Optional<String> before = stty("-g");
        if (before.isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE, "--tty needs a terminal, and this program has none");
        }
        String[] size = stty("size").orElse("24 80").split(" ");
        stty("raw", "-echo");
        return new Terminal(
                Optional.of(new RemoteCommand.Terminal(
                        environment.getOrDefault("TERM", "vt100"),
                        Integer.parseInt(size[1]),
                        Integer.parseInt(size[0]))),
                before);
    }

    Optional<RemoteCommand.Terminal> forCommand() {
        return remote;
    }

    boolean isRaw() {
        return saved.isPresent();
    }

    @Override
    public void close() {
        saved.ifPresent(Terminal::stty);
    }

    /** Whether one of our open files is a terminal; Java 17 tells only whether both stdin and stdout are. */
    static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<String> stty(String... words) {
        List<String> argv = new ArrayList<>(List.of("stty"));
        argv.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(argv)
                    .redirectInput(new File("/dev/tty"))
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
