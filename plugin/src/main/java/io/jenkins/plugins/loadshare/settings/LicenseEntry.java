package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.loadshare.license.LicenseFeature;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** An entry of {@code licenses}. */
public final class LicenseEntry implements Describable<LicenseEntry> {

    private final String name;
    private final String process;
    private final String perUser;
    private String feature;
    private String rule;
    private List<String> server;
    private String slurm;

    @DataBoundConstructor
    public LicenseEntry(String name, String process, String perUser) {
        this.name = Util.fixEmptyAndTrim(name);
        this.process = Util.fixEmptyAndTrim(process);
        this.perUser = Util.fixEmptyAndTrim(perUser);
    }

    public String getName() {
        return name;
    }

    public String getProcess() {
        return process;
    }

    public String getPerUser() {
        return perUser;
    }

    public String getFeature() {
        return feature;
    }

    @DataBoundSetter
    public void setFeature(String feature) {
        this.feature = Util.fixEmptyAndTrim(feature);
    }

    public String getRule() {
        return rule;
    }

    @DataBoundSetter
    public void setRule(String rule) {
        this.rule = Util.fixEmptyAndTrim(rule);
    }

    public List<String> getServer() {
        return server;
    }

    @DataBoundSetter
    public void setServer(List<String> server) {
        this.server = SettingValues.words(server);
    }

    /** Its name in a Slurm cluster that counts it. */
    public String getSlurm() {
        return slurm;
    }

    @DataBoundSetter
    public void setSlurm(String slurm) {
        this.slurm = Util.fixEmptyAndTrim(slurm);
    }

    LicenseFeature toFeature() {
        String word = SettingValues.required("name", name);
        return new LicenseFeature(
                word,
                SettingValues.optional(process),
                SettingValues.optional(feature).orElse(word),
                SettingValues.wholeNumber("perUser", SettingValues.required("perUser", perUser), null),
                SettingValues.word("rule", rule, LicenseFeature.Rule.class, LicenseFeature.Rule.SPREAD),
                SettingValues.words(server),
                SettingValues.optional(slurm));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareLicense")
    public static final class DescriptorImpl extends EntryDescriptor<LicenseEntry> {

        @Override
        public String getDisplayName() {
            return Messages.LicenseEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return check(value, new LicenseEntry(value, "p", "1"));
        }

        @POST
        public FormValidation doCheckProcess(@QueryParameter String value) {
            return check(value, new LicenseEntry("l", value, "1"));
        }

        @POST
        public FormValidation doCheckSlurm(@QueryParameter String value) {
            return validate(
                    () -> new LicenseEntry("l", "p", "1"), entry -> entry.setSlurm(value), LicenseEntry::toFeature);
        }

        @POST
        public FormValidation doCheckFeature(@QueryParameter String value) {
            return validate(
                    () -> new LicenseEntry("l", "p", "1"), entry -> entry.setFeature(value), LicenseEntry::toFeature);
        }

        @POST
        public FormValidation doCheckPerUser(@QueryParameter String name, @QueryParameter String value) {
            boolean named = check(name, new LicenseEntry(name, "p", "1")).kind == FormValidation.Kind.OK;
            return check(value, new LicenseEntry(named && Util.fixEmptyAndTrim(name) != null ? name : "l", "p", value));
        }

        /** Lists the rules by their names in YAML. */
        @POST
        public ListBoxModel doFillRuleItems() {
            return items(LicenseFeature.Rule.class);
        }

        private static FormValidation check(String value, LicenseEntry filled) {
            return validateRequired(value, () -> filled, LicenseEntry::toFeature);
        }
    }
}
