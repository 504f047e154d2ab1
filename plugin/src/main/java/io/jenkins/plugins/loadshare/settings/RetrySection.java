package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.dispatch.RetrySettings;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code retry}. */
public final class RetrySection implements Describable<RetrySection> {

    private String first;
    private String factor;
    private String min;
    private String max;

    @DataBoundConstructor
    public RetrySection() {}

    public String getFirst() {
        return first;
    }

    @DataBoundSetter
    public void setFirst(String first) {
        this.first = Util.fixEmptyAndTrim(first);
    }

    public String getFactor() {
        return factor;
    }

    @DataBoundSetter
    public void setFactor(String factor) {
        this.factor = Util.fixEmptyAndTrim(factor);
    }

    public String getMin() {
        return min;
    }

    @DataBoundSetter
    public void setMin(String min) {
        this.min = Util.fixEmptyAndTrim(min);
    }

    public String getMax() {
        return max;
    }

    @DataBoundSetter
    public void setMax(String max) {
        this.max = Util.fixEmptyAndTrim(max);
    }

    RetrySettings toSettings() {
        RetrySettings d = RetrySettings.DEFAULT;
        return new RetrySettings(
                SettingValues.duration("first", first, d.first()),
                SettingValues.number("factor", factor, d.factor()),
                SettingValues.duration("min", min, d.min()),
                SettingValues.duration("max", max, d.max()));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareRetry")
    public static final class DescriptorImpl extends EntryDescriptor<RetrySection> {

        @Override
        public String getDisplayName() {
            return Messages.RetrySection_displayName();
        }

        @POST
        public FormValidation doCheckFirst(@QueryParameter String value) {
            return check(section -> section.setFirst(value));
        }

        @POST
        public FormValidation doCheckFactor(@QueryParameter String value) {
            return check(section -> section.setFactor(value));
        }

        @POST
        public FormValidation doCheckMin(@QueryParameter String value, @QueryParameter String max) {
            return check(section -> {
                section.setMin(value);
                section.setMax(max);
            });
        }

        @POST
        public FormValidation doCheckMax(@QueryParameter String value, @QueryParameter String min) {
            return doCheckMin(min, value);
        }

        private static FormValidation check(Consumer<RetrySection> value) {
            return validate(RetrySection::new, value, RetrySection::toSettings);
        }
    }
}
