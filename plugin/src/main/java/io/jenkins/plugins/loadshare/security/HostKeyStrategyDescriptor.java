package io.jenkins.plugins.loadshare.security;

import hudson.model.Descriptor;
import hudson.util.FormValidation;
import jenkins.model.Jenkins;

/** Describes a strategy for host keys in the form. */
public abstract class HostKeyStrategyDescriptor extends Descriptor<HostKeyStrategy> {

    /** Validates a form field with the strategy; only administrators see results. */
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
