package io.jenkins.plugins.loadshare.security;

import hudson.model.Describable;
import io.loadshare.transport.HostKeys;
import java.nio.file.Path;

/** Decides which host keys are trusted. No strategy trusts all keys. Immutable. */
public abstract class HostKeyStrategy implements Describable<HostKeyStrategy> {

    /**
     * Returns the host keys of this strategy.
     *
     * @param home the home directory of Jenkins
     * @throws IllegalArgumentException if the strategy cannot work, with the reason
     */
    public abstract HostKeys hostKeys(Path home);
}
