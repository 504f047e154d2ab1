package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code agents}, which exist only in Jenkins: how Jenkins agents run on hosts. */
public final class AgentsSection implements Describable<AgentsSection> {

    private String directory;
    private String java;

    @DataBoundConstructor
    public AgentsSection() {}

    public String getDirectory() {
        return directory;
    }

    @DataBoundSetter
    public void setDirectory(String directory) {
        this.directory = Util.fixEmptyAndTrim(directory);
    }

    public String getJava() {
        return java;
    }

    @DataBoundSetter
    public void setJava(String java) {
        this.java = Util.fixEmptyAndTrim(java);
    }

    Settings.Agents toSettings() {
        return new Settings.Agents(
                SettingValues.optional(directory).orElse(Settings.Agents.DEFAULT.directory()),
                SettingValues.optional(java));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareAgents")
    public static final class DescriptorImpl extends EntryDescriptor<AgentsSection> {

        @Override
        public String getDisplayName() {
            return Messages.AgentsSection_displayName();
        }

        @POST
        public FormValidation doCheckDirectory(@QueryParameter String value) {
            return validate(AgentsSection::new, section -> section.setDirectory(value), AgentsSection::toSettings);
        }

        @POST
        public FormValidation doCheckJava(@QueryParameter String value) {
            return validate(AgentsSection::new, section -> section.setJava(value), AgentsSection::toSettings);
        }
    }
}
