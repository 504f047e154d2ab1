package io.jenkins.plugins.loadshare.security;

import hudson.model.Descriptor;
import hudson.util.FormValidation;
import jenkins.model.Jenkins;

/** A way to trust host keys that the form offers. */
public abstract class HostKeyStrategyDescriptor extends Descriptor<HostKeyStrategy> {

    /** Puts what a strategy says of its values beside the form field; only administrators are told anything. */
    static FormValidation check(HostKeyStrategy strategy) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return FormValidation.ok();
        }
        try {
            strategy.hostKeys(Jenkins.get().getRootDir().toPath());
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
