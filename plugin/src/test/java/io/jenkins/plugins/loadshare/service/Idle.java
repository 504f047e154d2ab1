package io.jenkins.plugins.loadshare.service;

import java.time.Duration;

/** Lets time pass for connections. */
public final class Idle {

    private Idle() {}

    /** Closes those that nothing uses at this moment, as is otherwise done after ten minutes. */
    public static void closeNow() {
        LoadshareService.get().closeIdle(Duration.ZERO);
    }
}
