package io.jenkins.plugins.loadshare.security;

import hudson.model.Describable;
import io.loadshare.transport.HostKeys;
import java.nio.file.Path;
import java.util.Optional;

/** Decides which host keys are trusted. No strategy trusts all keys. Immutable. */
public abstract class HostKeyStrategy implements Describable<HostKeyStrategy> {

    /**
     * Returns the host keys of this strategy; empty for those in the files that the SSH configuration names.
     *
     * @param home the home directory of Jenkins
     * @throws IllegalArgumentException if the strategy cannot work, with the reason
     */
    public abstract Optional<HostKeys> hostKeys(Path home);
}
