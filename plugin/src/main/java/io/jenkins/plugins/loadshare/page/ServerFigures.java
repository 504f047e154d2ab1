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
 * What license servers said last. They are asked in the background when someone looks, since an answer may take long. Any
 * thread may call.
 */
final class ServerFigures {

    private final Map<LicenseFeature, ServerUsage> last = new ConcurrentHashMap<>();
    private final Set<LicenseFeature> asked = ConcurrentHashMap.newKeySet();

    /** Empty if there is no server, or no answer yet; the next time there may be a newer one. */
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
