package io.loadshare.transport;

import java.util.Map;

/**
 * The locale of whoever called the program. A JVM decodes file names and variables by its locale, so the launcher
 * ({@code bin/loadshare}) starts it under a UTF-8 one; the programs that we start are given the caller's again.
 */
public final class CallersLocale {

    /** Where the launcher keeps the caller's LC_ALL. */
    private static final String KEPT = "LOADSHARE_LC_ALL";

    private CallersLocale() {}

    /** Puts the caller's locale into the environment of a process. */
    public static void restore(Map<String, String> environment) {
        String kept = environment.remove(KEPT);
        if (kept == null) {
            return;
        }
        if (kept.isEmpty()) {
            environment.remove("LC_ALL");
        } else {
            environment.put("LC_ALL", kept);
        }
    }
}
