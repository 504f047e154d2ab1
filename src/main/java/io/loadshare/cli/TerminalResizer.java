package io.loadshare.cli;

import io.loadshare.transport.RemoteCommand;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Passes the size of our terminal on when it has changed: one change at a time, and of many the last. Any thread may call. */
final class TerminalResizer {

    private final Terminal terminal;
    private final Consumer<RemoteCommand.Terminal> resize;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile Optional<RemoteCommand.Terminal> known;

    TerminalResizer(Terminal terminal, Consumer<RemoteCommand.Terminal> resize) {
        this.terminal = terminal;
        this.resize = resize;
        this.known = terminal.forCommand();
    }

    /** Looks whether it has changed. */
    void look() {
        if (known.isEmpty() || changes.getAndIncrement() > 0) {
            return; // whoever is at it looks once more
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
