package io.loadshare.license;

import java.util.Objects;
import java.util.Optional;

/**
 * A feature that a job needs.
 *
 * @param server the figures of its license server; empty without a server, and before it was queried
 */
public record RequiredLicense(LicenseFeature feature, Optional<ServerUsage> server) {

    public RequiredLicense {
        Objects.requireNonNull(feature, "feature");
        Objects.requireNonNull(server, "server");
    }

    /** Creates a requirement whose license server was not queried. */
    public static RequiredLicense of(LicenseFeature feature) {
        return new RequiredLicense(feature, Optional.empty());
    }

    /** Returns the same requirement with the current figures of the feature's license server, if it has one. */
    public RequiredLicense queried(LicenseServer licenseServer) {
        return feature.server().isEmpty()
                ? this
                : new RequiredLicense(feature, Optional.of(licenseServer.usage(feature)));
    }
}
