package io.jenkins.plugins.loadshare.settings;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardUsernameCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernameListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.loadshare.security.ControllerFile;
import io.jenkins.plugins.loadshare.security.HostKeyStrategy;
import io.jenkins.plugins.loadshare.security.KnownHostsFileStrategy;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.SshSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code ssh}, with credentials and a strategy instead of the command line's files. */
public final class SshSection implements Describable<SshSection> {

    private static final String CONFIG = "~/.ssh/config";

    private String config;
    private String credentialsId;
    private HostKeyStrategy hostKeys;

    @DataBoundConstructor
    public SshSection() {}

    public String getConfig() {
        return config;
    }

    @DataBoundSetter
    public void setConfig(String config) {
        this.config = Util.fixEmptyAndTrim(config);
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    public HostKeyStrategy getHostKeys() {
        return hostKeys == null ? new KnownHostsFileStrategy() : hostKeys;
    }

    @DataBoundSetter
    public void setHostKeys(HostKeyStrategy hostKeys) {
        this.hostKeys = hostKeys;
    }

    Optional<String> toCredentialsId() {
        return SettingValues.optional(credentialsId);
    }

    Optional<HostKeys> toHostKeys(Path home) {
        return getHostKeys().hostKeys(home);
    }

    SshSettings toSettings() {
        Path file = ControllerFile.of("config", SettingValues.optional(config).orElse(CONFIG));
        return new SshSettings(file, file.resolveSibling("known_hosts"), Optional.empty(), List.of());
    }

    /** The form. */
    @Extension
    @Symbol("loadshareSsh")
    public static final class DescriptorImpl extends EntryDescriptor<SshSection> {

        private static final CredentialsMatcher USABLE = CredentialsMatchers.anyOf(
                CredentialsMatchers.instanceOf(SSHUserPrivateKey.class),
                CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class));

        @Override
        public String getDisplayName() {
            return Messages.SshSection_displayName();
        }

        @POST
        public FormValidation doCheckConfig(@QueryParameter String value) {
            return validate(SshSection::new, section -> section.setConfig(value), SshSection::toSettings);
        }

        /**
         * Lists the credentials that can log in to a host; users who are not administrators see only the current value.
         */
        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            StandardUsernameListBoxModel items = new StandardUsernameListBoxModel();
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return items.includeCurrentValue(credentialsId);
            }
            return items.includeEmptyValue()
                    .includeMatchingAs(ACL.SYSTEM2, Jenkins.get(), StandardUsernameCredentials.class, List.of(), USABLE)
                    .includeCurrentValue(credentialsId);
        }
    }
}
