package io.loadshare.agent;

import io.loadshare.LoadshareException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Writes an agent's memory to disk in a thread of its own, at most once in {@link #PAUSE} and only if it changed. A disk
 * that is full or read-only stops nobody: the agent serves on, says so, and tries again.
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
                            ? "what is promised is written to disk again"
                            : newTrouble + "; serving on, but promises will be forgotten if the agent is killed");
            trouble = newTrouble;
        }
    }

    /** Whether what is promised is on disk, or will be in a moment. */
    boolean works() {
        return trouble.isEmpty();
    }

    /** Writes what has changed. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        write();
    }
}
