package io.loadshare.transport;

import java.util.Map;

/**
 * The locale of the user who called the program. The JVM decodes file names and variables by its locale, so the
 * launcher ({@code bin/loadshare}) starts it under a UTF-8 locale; the programs that loadshare starts get the caller's
 * locale back.
 */
public final class CallersLocale {

    /** The variable in which the launcher keeps the caller's LC_ALL. */
    private static final String KEPT = "LOADSHARE_LC_ALL";

    private CallersLocale() {}

    /** Restores the caller's locale in the environment of a process. */
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
