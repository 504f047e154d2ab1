package io.jenkins.plugins.loadshare.settings;

import hudson.ExtensionPoint;
import hudson.util.FormValidation;
import io.loadshare.host.Host;

/** Measures a host that is not saved yet, for the form. */
public interface ConnectionTest extends ExtensionPoint {

    /** Logs in to a host and measures it as a scan does, with the saved credentials and limits. */
    FormValidation run(Host host);
}
