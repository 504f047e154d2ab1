package io.loadshare.license;

/** Where the free seats of a feature are asked for. Implementations bound the time they take; any thread may call. */
public interface LicenseServer {

    /** What the server says of the feature; {@link ServerUsage.Unknown} with the reason if it does not answer. */
    ServerUsage usage(LicenseFeature feature);
}
