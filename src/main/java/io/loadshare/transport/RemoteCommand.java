package io.loadshare.transport;

import io.loadshare.Quoted;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command to start on a host.
 *
 * @param line the command, one line for a POSIX shell, which {@code /bin/sh} reads in the environment of the login
 * @param terminal the pseudo-terminal to run in, if any
 */
public record RemoteCommand(String line, Optional<Terminal> terminal) {

    /**
     * A pseudo-terminal.
     *
     * @param type the terminal type, such as {@code xterm}
     * @param columns the width in characters
     * @param settings special characters and modes, as Linux' {@code stty -g} prints them; empty: the host's defaults
     */
    public record Terminal(String type, int columns, int rows, String settings) {

        private static final Pattern SETTINGS = Pattern.compile("[0-9a-f:]*");

        public Terminal {
            if (!SETTINGS.matcher(settings).matches()) {
                throw new IllegalArgumentException("settings must be as stty -g prints them, was '" + settings + "'");
            }
        }

        public Terminal(String type, int columns, int rows) {
            this(type, columns, rows, "");
        }

        private String setUp() {
            return "PATH=/bin:/usr/bin:$PATH stty " + settings + " rows " + rows + " columns " + columns + "; ";
        }
    }

    public RemoteCommand {
        if (line.indexOf('\n') >= 0 || line.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a command must be one line without NUL, was '" + Quoted.printable(line) + "'");
        }
        Objects.requireNonNull(terminal, "terminal");
    }

    public static RemoteCommand of(String line) {
        return new RemoteCommand(line, Optional.empty());
    }

    /**
     * Returns the line to send: the command's line, preceded by commands that apply the settings and the size to its
     * terminal.
     */
    public String wholeLine() {
        return terminal.map(Terminal::setUp).orElse("") + line;
    }
}
