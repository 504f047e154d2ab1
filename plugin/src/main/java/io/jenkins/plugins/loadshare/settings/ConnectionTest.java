package io.jenkins.plugins.loadshare.settings;

import hudson.ExtensionPoint;
import io.loadshare.host.Host;

/** Measures a host, which need not be saved yet. */
public interface ConnectionTest extends ExtensionPoint {

    /** What a person gets to read. */
    record Result(boolean connected, String text) {}

    /** Logs in to a host and measures it as a scan does, with the saved credentials and limits. */
    Result run(Host host);
}
