package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.Pool;
import io.loadshare.host.SlurmCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** An entry of {@code pools}: hosts that serve one purpose, or a Slurm cluster, with the jobs that may use them. */
public final class PoolEntry implements Describable<PoolEntry> {

    private final String name;
    private final String hosts;
    private SlurmEntry slurm;
    private String overflow;
    private List<String> usableBy;

    @DataBoundConstructor
    public PoolEntry(String name, String hosts) {
        this.name = Util.fixEmptyAndTrim(name);
        this.hosts = Util.fixEmptyAndTrim(hosts);
    }

    public String getName() {
        return name;
    }

    /** A node set; empty for a Slurm cluster. */
    public String getHosts() {
        return hosts;
    }

    /** Null for a pool of hosts. */
    public SlurmEntry getSlurm() {
        return slurm;
    }

    @DataBoundSetter
    public void setSlurm(SlurmEntry slurm) {
        this.slurm = slurm;
    }

    public String getOverflow() {
        return overflow;
    }

    @DataBoundSetter
    public void setOverflow(String overflow) {
        this.overflow = Util.fixEmptyAndTrim(overflow);
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
        String pool = SettingValues.required("name", name);
        if (slurm == null) {
            return new Pool(pool, SettingValues.hosts("hosts", hosts));
        }
        if (hosts != null) {
            throw new IllegalArgumentException("a pool has hosts or slurm, not both: hosts is " + Quoted.of(hosts));
        }
        return new Pool(pool, List.of(new HostName(pool)));
    }

    /** Returns the host that stands for the Slurm cluster, if the pool is one. */
    Optional<Host> toCluster(List<Host> machines) {
        Duration wait = SettingValues.duration("overflow", overflow, SlurmCluster.DEFAULT_OVERFLOW);
        return Optional.ofNullable(slurm)
                .map(entry -> SettingValues.in(
                        "slurm: ", () -> entry.toHost(SettingValues.required("name", name), wait, machines)));
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
        public FormValidation doCheckOverflow(@QueryParameter String value) {
            Consumer<PoolEntry> set = entry -> entry.setOverflow(value);
            return validate(() -> new PoolEntry("p", "h"), set, entry -> entry.toCluster(List.of()));
        }

        @POST
        public FormValidation doCheckUsableBy(@QueryParameter String value) {
            Consumer<PoolEntry> set = entry -> entry.setUsableBy(List.of(value));
            return validate(() -> new PoolEntry("p", "h"), set, PoolEntry::toUsers);
        }
    }
}
