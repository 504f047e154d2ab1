package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Label;
import hudson.util.FormValidation;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code nodes}, which exist only in Jenkins: whether and where builds go to the least loaded node. */
public final class NodesSection implements Describable<NodesSection> {

    private boolean leastLoaded;
    private String label;

    @DataBoundConstructor
    public NodesSection() {}

    public boolean isLeastLoaded() {
        return leastLoaded;
    }

    @DataBoundSetter
    public void setLeastLoaded(boolean leastLoaded) {
        this.leastLoaded = leastLoaded;
    }

    /** A label expression. */
    public String getLabel() {
        return label;
    }

    @DataBoundSetter
    public void setLabel(String label) {
        this.label = Util.fixEmptyAndTrim(label);
    }

    Settings.Balancer toSettings() {
        return new Settings.Balancer(
                leastLoaded,
                SettingValues.optional(label)
                        .map(text -> SettingValues.in("label: ", () -> Label.parseExpression(text))));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareNodes")
    public static final class DescriptorImpl extends EntryDescriptor<NodesSection> {

        @Override
        public String getDisplayName() {
            return Messages.NodesSection_displayName();
        }

        @POST
        public FormValidation doCheckLabel(@QueryParameter String value) {
            return validate(NodesSection::new, section -> section.setLabel(value), NodesSection::toSettings);
        }
    }
}
