package io.jenkins.plugins.loadshare.security;

import hudson.model.Describable;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
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

    /**
     * Returns the files to which a person can add keys; empty if this strategy has none.
     *
     * @param home the home directory of Jenkins
     * @param host the SSH configuration of the host
     */
    public abstract Optional<KnownHosts> files(Path home, HostSettings host);
}
