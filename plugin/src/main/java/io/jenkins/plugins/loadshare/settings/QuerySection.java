package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.agent.QuerySettings;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code query}. */
public final class QuerySection implements Describable<QuerySection> {

    private String timeout;
    private String delayEnd;

    @DataBoundConstructor
    public QuerySection() {}

    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = Util.fixEmptyAndTrim(timeout);
    }

    public String getDelayEnd() {
        return delayEnd;
    }

    @DataBoundSetter
    public void setDelayEnd(String delayEnd) {
        this.delayEnd = Util.fixEmptyAndTrim(delayEnd);
    }

    QuerySettings toSettings() {
        QuerySettings d = QuerySettings.DEFAULT;
        return new QuerySettings(
                SettingValues.duration("timeout", timeout, d.timeout()),
                SettingValues.duration("delayEnd", delayEnd, d.delayEnd()));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareQuery")
    public static final class DescriptorImpl extends EntryDescriptor<QuerySection> {

        @Override
        public String getDisplayName() {
            return Messages.QuerySection_displayName();
        }

        @POST
        public FormValidation doCheckTimeout(@QueryParameter String value) {
            return check(section -> section.setTimeout(value));
        }

        @POST
        public FormValidation doCheckDelayEnd(@QueryParameter String value) {
            return check(section -> section.setDelayEnd(value));
        }

        private static FormValidation check(Consumer<QuerySection> value) {
            return validate(QuerySection::new, value, QuerySection::toSettings);
        }
    }
}
