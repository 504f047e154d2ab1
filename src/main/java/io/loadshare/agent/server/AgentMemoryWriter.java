package io.loadshare.agent.server;

import io.loadshare.LoadshareException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Writes an agent's memory to disk in its own thread, at most once per {@link #PAUSE} and only if it changed. If the
 * disk is full or read-only, the agent continues to serve, reports the problem and tries again.
 */
final class AgentMemoryWriter implements AutoCloseable {

    static final Duration PAUSE = Duration.ofSeconds(1);

    private final QueryService desk;
    private final AgentMemoryFile file;
    private final Consumer<String> log;
    private final Thread thread = new Thread(this::run, "loadshare-memory");
    private AgentMemory written;
    private boolean closed;
    private volatile String trouble = "";

    AgentMemoryWriter(QueryService desk, AgentMemoryFile file, Consumer<String> log) {
        this.desk = desk;
        this.file = file;
        this.log = log;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private synchronized void run() {
        try {
            while (!closed) {
                write();
                wait(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread.
        }
    }

    private void write() {
        AgentMemory memory = desk.memory();
        if (memory.equals(written)) {
            return;
        }
        try {
            file.write(memory);
            written = memory;
            report("");
        } catch (LoadshareException e) {
            report(e.getMessage());
        }
    }

    private void report(String newTrouble) {
        if (!newTrouble.equals(trouble)) {
            log.accept(
                    newTrouble.isEmpty()
                            ? "reservations are written to disk again"
                            : newTrouble + "; still serving, but reservations will be lost if the agent is killed");
            trouble = newTrouble;
        }
    }

    /** Returns whether the reservations are on disk or about to be written. */
    boolean works() {
        return trouble.isEmpty();
    }

    /** Writes the memory if it changed. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        write();
    }
}
