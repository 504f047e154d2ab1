package io.loadshare.transport;

import java.util.Objects;
import java.util.Optional;

/**
 * What to start.
 *
 * @param line the command, one line for a POSIX shell, which {@code /bin/sh} reads in the environment of the login
 * @param terminal a pseudo-terminal to run in, if any
 * @param inherit whether the command uses this program's own stdin, stdout and stderr instead of pipes
 */
public record RemoteCommand(String line, Optional<Terminal> terminal, boolean inherit) {

    /** A pseudo-terminal by its type ({@code xterm}) and size in characters. */
    public record Terminal(String type, int columns, int rows) {}

    public RemoteCommand {
        if (line.indexOf('\n') >= 0 || line.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a command must be one line without NUL, was '" + ShellWords.display(line) + "'");
        }
        Objects.requireNonNull(terminal, "terminal");
    }

    public static RemoteCommand of(String line) {
        return new RemoteCommand(line, Optional.empty(), false);
    }
}
