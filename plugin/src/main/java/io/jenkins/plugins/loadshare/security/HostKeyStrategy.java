package io.jenkins.plugins.loadshare.security;

import hudson.model.Describable;
import io.loadshare.transport.HostKeys;
import java.nio.file.Path;

/** Which host keys are trusted. There is no strategy that trusts any. Immutable. */
public abstract class HostKeyStrategy implements Describable<HostKeyStrategy> {

    /**
     * The strategy at work.
     *
     * @param home the home directory of Jenkins
     * @throws IllegalArgumentException if it cannot work; the message says why
     */
    public abstract HostKeys hostKeys(Path home);
}
