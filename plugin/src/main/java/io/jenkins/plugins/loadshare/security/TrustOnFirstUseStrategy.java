package io.jenkins.plugins.loadshare.security;

import hudson.Extension;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** Trusts the key a host shows first, which is kept in {@code loadshare/known_hosts} of Jenkins' home, and no other. */
public final class TrustOnFirstUseStrategy extends HostKeyStrategy {

    @DataBoundConstructor
    public TrustOnFirstUseStrategy() {}

    @Override
    public Optional<HostKeys> hostKeys(Path home) {
        return Optional.of(files(home));
    }

    @Override
    public Optional<KnownHosts> files(Path home, HostSettings host) {
        return Optional.of(files(home));
    }

    private static KnownHosts files(Path home) {
        return new KnownHosts(
                List.of(home.resolve("loadshare").resolve("known_hosts")), List.of(), KnownHosts.Unknown.ADDED);
    }

    /** What the form asks: nothing. */
    @Extension(ordinal = 1)
    @Symbol("trustOnFirstUse")
    public static final class DescriptorImpl extends HostKeyStrategyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.TrustOnFirstUseStrategy_displayName();
        }
    }
}
