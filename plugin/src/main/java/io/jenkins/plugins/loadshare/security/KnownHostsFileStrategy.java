package io.jenkins.plugins.loadshare.security;

import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.openssh.KnownHosts;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Trusts the keys in a known_hosts file on the controller, which is read again when it changes and never written. */
public final class KnownHostsFileStrategy extends HostKeyStrategy {

    private static final String DEFAULT = "~/.ssh/known_hosts";

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
    public HostKeys hostKeys(Path home) {
        return new KnownHosts(
                List.of(ControllerFile.of("path", path == null ? DEFAULT : path)),
                List.of(),
                KnownHosts.Unknown.REFUSED);
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
