package io.jenkins.plugins.loadshare.page;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** The stamp of the page's content. All open pages share it, so each further page costs little. Thread-safe. */
final class ContentStamp {

    private static final Duration MAX_AGE = Duration.ofMillis(800);

    private final Supplier<Overview> content;
    private String stamp; // guarded by this
    private Instant at = Instant.MIN; // guarded by this

    ContentStamp(Supplier<Overview> content) {
        this.content = content;
    }

    synchronized String current() {
        Instant now = Instant.now();
        if (at.isBefore(now.minus(MAX_AGE)) || at.isAfter(now)) {
            stamp = content.get().getStamp();
            at = now;
        }
        return stamp;
    }
}
