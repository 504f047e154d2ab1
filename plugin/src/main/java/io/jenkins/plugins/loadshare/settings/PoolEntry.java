package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.host.Pool;
import java.util.List;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** An entry of {@code pools}: hosts that serve one purpose, with the jobs that may use them. */
public final class PoolEntry implements Describable<PoolEntry> {

    private final String name;
    private final String hosts;
    private List<String> usableBy;

    @DataBoundConstructor
    public PoolEntry(String name, String hosts) {
        this.name = Util.fixEmptyAndTrim(name);
        this.hosts = Util.fixEmptyAndTrim(hosts);
    }

    public String getName() {
        return name;
    }

    /** A node set. */
    public String getHosts() {
        return hosts;
    }

    /** The full names of folders and jobs; empty for all. */
    public List<String> getUsableBy() {
        return usableBy;
    }

    @DataBoundSetter
    public void setUsableBy(List<String> usableBy) {
        this.usableBy = SettingValues.words(usableBy);
    }

    Pool toPool() {
        return new Pool(SettingValues.required("name", name), SettingValues.hosts("hosts", hosts));
    }

    PoolUsers toUsers() {
        return new PoolUsers(SettingValues.words(usableBy));
    }

    /** The form. */
    @Extension
    @Symbol("loadsharePool")
    public static final class DescriptorImpl extends EntryDescriptor<PoolEntry> {

        @Override
        public String getDisplayName() {
            return Messages.PoolEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return validateRequired(value, () -> new PoolEntry(value, "h"), PoolEntry::toPool);
        }

        @POST
        public FormValidation doCheckHosts(@QueryParameter String value) {
            return validateRequired(
                    value,
                    () -> new PoolEntry("p", value),
                    entry -> Settings.current().requireHosts(entry.toPool().hosts()));
        }

        @POST
        public FormValidation doCheckUsableBy(@QueryParameter String value) {
            Consumer<PoolEntry> set = entry -> entry.setUsableBy(List.of(value));
            return validate(() -> new PoolEntry("p", "h"), set, PoolEntry::toUsers);
        }
    }
}
