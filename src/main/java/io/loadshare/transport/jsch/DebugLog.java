package io.loadshare.transport.jsch;

import com.jcraft.jsch.Logger;

/** A JSch logger that writes to the system logger {@code io.loadshare.transport.jsch} at level debug. */
final class DebugLog implements Logger {

    private static final System.Logger LOGGER = System.getLogger("io.loadshare.transport.jsch");

    private final String host;

    DebugLog(String host) {
        this.host = host;
    }

    @Override
    public boolean isEnabled(int level) {
        return LOGGER.isLoggable(System.Logger.Level.DEBUG);
    }

    @Override
    public void log(int level, String message) {
        LOGGER.log(System.Logger.Level.DEBUG, () -> host + ": " + message);
    }
}
