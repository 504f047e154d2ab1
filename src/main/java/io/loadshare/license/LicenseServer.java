package io.loadshare.license;

/**
 * A license server that reports the free seats of a feature. Implementations limit the time they take. Any thread may
 * call.
 */
public interface LicenseServer {

    /**
     * Returns the server's figures for the feature; {@link ServerUsage.Unknown} with the reason if it does not answer.
     */
    ServerUsage usage(LicenseFeature feature);
}
