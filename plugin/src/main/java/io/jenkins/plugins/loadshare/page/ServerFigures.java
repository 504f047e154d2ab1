package io.jenkins.plugins.loadshare.page;

import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseServer;
import io.loadshare.license.ServerUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The last answers of license servers. They are queried in the background when somebody views the page, because an
 * answer may take long. Any thread may call.
 */
final class ServerFigures {

    /** Open pages ask every few seconds; a license server is queried no more often than this. */
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final Map<LicenseFeature, ServerUsage> last = new ConcurrentHashMap<>();
    private final Set<LicenseFeature> asked = ConcurrentHashMap.newKeySet();
    private final Map<LicenseFeature, Instant> next = new ConcurrentHashMap<>();

    /**
     * Returns the last answer; empty without a server or an answer so far. A newer one may be available at the next
     * call.
     */
    Optional<ServerUsage> of(LicenseFeature feature, LicenseServer server, Executor workers) {
        Instant now = Instant.now();
        boolean due = !now.isBefore(next.getOrDefault(feature, Instant.MIN));
        if (!feature.server().isEmpty() && due && asked.add(feature)) {
            workers.execute(() -> {
                try {
                    last.put(feature, server.usage(feature));
                } finally {
                    next.put(feature, Instant.now().plus(INTERVAL));
                    asked.remove(feature);
                }
            });
        }
        return Optional.ofNullable(last.get(feature));
    }
}
