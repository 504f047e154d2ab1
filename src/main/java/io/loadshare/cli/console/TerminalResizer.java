package io.loadshare.cli.console;

import io.loadshare.transport.RemoteCommand;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A sender of our terminal's size after a change: it sends one change at a time, and of several only the last. It is
 * safe for use by several threads.
 */
public final class TerminalResizer {

    private final Terminal terminal;
    private final Consumer<RemoteCommand.Terminal> resize;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile Optional<RemoteCommand.Terminal> known;

    public TerminalResizer(Terminal terminal, Consumer<RemoteCommand.Terminal> resize) {
        this.terminal = terminal;
        this.resize = resize;
        this.known = terminal.forCommand();
    }

    /** Checks whether the size has changed. */
    public void look() {
        if (known.isEmpty() || changes.getAndIncrement() > 0) {
            return; // the thread that sends checks once more
        }
        int seen;
        do {
            seen = changes.get();
            Optional<RemoteCommand.Terminal> current = terminal.current();
            if (!current.equals(known)) {
                known = current;
                current.ifPresent(resize);
            }
        } while (!changes.compareAndSet(seen, 0));
    }
}
