package io.jenkins.plugins.loadshare.page;

import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseServer;
import io.loadshare.license.ServerUsage;
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

    private final Map<LicenseFeature, ServerUsage> last = new ConcurrentHashMap<>();
    private final Set<LicenseFeature> asked = ConcurrentHashMap.newKeySet();

    /**
     * Returns the last answer; empty without a server or an answer so far. A newer one may be available at the next
     * call.
     */
    Optional<ServerUsage> of(LicenseFeature feature, LicenseServer server, Executor workers) {
        if (!feature.server().isEmpty() && asked.add(feature)) {
            workers.execute(() -> {
                try {
                    last.put(feature, server.usage(feature));
                } finally {
                    asked.remove(feature);
                }
            });
        }
        return Optional.ofNullable(last.get(feature));
    }
}
