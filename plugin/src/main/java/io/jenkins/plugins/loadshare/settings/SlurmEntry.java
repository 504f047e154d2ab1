package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.Suggestions;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.SlurmCluster;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The entry {@code slurm} of a pool: the Slurm cluster that runs its jobs. */
public final class SlurmEntry implements Describable<SlurmEntry> {

    private final String login;
    private String partition;
    private String account;
    private List<String> options;

    @DataBoundConstructor
    public SlurmEntry(String login) {
        this.login = Util.fixEmptyAndTrim(login);
    }

    /** A configured host. */
    public String getLogin() {
        return login;
    }

    public String getPartition() {
        return partition;
    }

    @DataBoundSetter
    public void setPartition(String partition) {
        this.partition = Util.fixEmptyAndTrim(partition);
    }

    public String getAccount() {
        return account;
    }

    @DataBoundSetter
    public void setAccount(String account) {
        this.account = Util.fixEmptyAndTrim(account);
    }

    public List<String> getOptions() {
        return options;
    }

    @DataBoundSetter
    public void setOptions(List<String> options) {
        this.options = SettingValues.words(options);
    }

    SlurmCluster toCluster(Duration overflow) {
        HostName host = SettingValues.in("login: ", () -> new HostName(SettingValues.required("host", login)));
        return new SlurmCluster(
                host,
                SettingValues.optional(partition),
                SettingValues.optional(account),
                SettingValues.words(options),
                overflow);
    }

    /** Returns the host of that name which runs its jobs in the cluster. */
    Host toHost(String name, Duration overflow, List<Host> machines) {
        SlurmCluster cluster = toCluster(overflow);
        List<String> known =
                machines.stream().map(machine -> machine.name().value()).toList();
        return machines.stream()
                .filter(machine -> machine.name().equals(cluster.login()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "login: " + Suggestions.unknown("host", cluster.login().value(), known)))
                .asLoginTo(new HostName(name), cluster);
    }

    /** The form. */
    @Extension
    @Symbol("loadshareSlurm")
    public static final class DescriptorImpl extends EntryDescriptor<SlurmEntry> {

        @Override
        public String getDisplayName() {
            return Messages.SlurmEntry_displayName();
        }

        @POST
        public FormValidation doCheckLogin(@QueryParameter String value) {
            return validateRequired(
                    value,
                    () -> new SlurmEntry(value),
                    entry -> Settings.current()
                            .requireHosts(List.of(entry.toCluster(Duration.ZERO).login())));
        }

        @POST
        public FormValidation doCheckPartition(@QueryParameter String value) {
            return check(entry -> entry.setPartition(value));
        }

        @POST
        public FormValidation doCheckAccount(@QueryParameter String value) {
            return check(entry -> entry.setAccount(value));
        }

        @POST
        public FormValidation doCheckOptions(@QueryParameter String value) {
            return check(entry -> entry.setOptions(List.of(value)));
        }

        private static FormValidation check(Consumer<SlurmEntry> set) {
            return validate(() -> new SlurmEntry("h"), set, entry -> entry.toCluster(Duration.ZERO));
        }
    }
}
