package io.jenkins.plugins.loadshare.security;

import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Trusts the keys in a known_hosts file on the controller, which is read again when it changes. Without a path, these are
 * the files that the SSH configuration names. Only keys that an administrator accepts are added.
 */
public final class KnownHostsFileStrategy extends HostKeyStrategy {

    private String path;

    @DataBoundConstructor
    public KnownHostsFileStrategy() {}

    public String getPath() {
        return path;
    }

    @DataBoundSetter
    public void setPath(String path) {
        this.path = Util.fixEmptyAndTrim(path);
    }

    @Override
    public Optional<HostKeys> hostKeys(Path home) {
        return file().map(HostKeys.class::cast);
    }

    @Override
    public Optional<KnownHosts> files(Path home, HostSettings host) {
        return Optional.of(file().orElseGet(() ->
                new KnownHosts(host.userKnownHosts(), host.globalKnownHosts(), KnownHosts.Unknown.REFUSED)));
    }

    private Optional<KnownHosts> file() {
        return Optional.ofNullable(path)
                .map(text -> new KnownHosts(
                        List.of(ControllerFile.of("path", text)), List.of(), KnownHosts.Unknown.REFUSED));
    }

    /** The form. */
    @Extension(ordinal = 3)
    @Symbol("knownHostsFile")
    public static final class DescriptorImpl extends HostKeyStrategyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.KnownHostsFileStrategy_displayName();
        }

        @POST
        public FormValidation doCheckPath(@QueryParameter String value) {
            KnownHostsFileStrategy strategy = new KnownHostsFileStrategy();
            strategy.setPath(value);
            return check(strategy);
        }
    }
}
