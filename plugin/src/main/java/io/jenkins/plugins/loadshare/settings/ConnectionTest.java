package io.jenkins.plugins.loadshare.settings;

import hudson.ExtensionPoint;
import io.loadshare.host.Host;
import io.loadshare.transport.HostKey;
import java.util.Optional;

/** Measures a host, which need not be saved yet. */
public interface ConnectionTest extends ExtensionPoint {

    /**
     * What a person gets to read.
     *
     * @param newKey the key that the host shows and that a person can accept; empty if it is not the cause of a failure
     */
    record Result(boolean connected, String text, Optional<HostKey> newKey) {}

    /**
     * Logs in to a host and measures it as a scan does, with the saved host keys and limits.
     *
     * @param credentialsId the credentials of the controller, which need not be saved yet; empty for the controller's own keys
     */
    Result run(Host host, Optional<String> credentialsId);

    /**
     * Adds the key of a host, after a person has compared it, and runs the test.
     *
     * @param credentialsId as for the test
     * @param fingerprint the key's; another key is not accepted
     */
    Result accept(Host host, Optional<String> credentialsId, String fingerprint);
}
