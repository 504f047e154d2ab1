package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.probe.ScanSettings;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code scan}. */
public final class ScanSection implements Describable<ScanSection> {

    private String interval;
    private String minInterval;
    private String connectTimeout;
    private String timeout;
    private String maxAge;
    private String check;

    @DataBoundConstructor
    public ScanSection() {}

    public String getInterval() {
        return interval;
    }

    @DataBoundSetter
    public void setInterval(String interval) {
        this.interval = Util.fixEmptyAndTrim(interval);
    }

    public String getMinInterval() {
        return minInterval;
    }

    @DataBoundSetter
    public void setMinInterval(String minInterval) {
        this.minInterval = Util.fixEmptyAndTrim(minInterval);
    }

    public String getConnectTimeout() {
        return connectTimeout;
    }

    @DataBoundSetter
    public void setConnectTimeout(String connectTimeout) {
        this.connectTimeout = Util.fixEmptyAndTrim(connectTimeout);
    }

    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = Util.fixEmptyAndTrim(timeout);
    }

    public String getMaxAge() {
        return maxAge;
    }

    @DataBoundSetter
    public void setMaxAge(String maxAge) {
        this.maxAge = Util.fixEmptyAndTrim(maxAge);
    }

    public String getCheck() {
        return check;
    }

    @DataBoundSetter
    public void setCheck(String check) {
        this.check = Util.fixEmptyAndTrim(check);
    }

    ScanSettings toSettings() {
        ScanSettings d = ScanSettings.DEFAULT;
        return new ScanSettings(
                SettingValues.duration("interval", interval, d.interval()),
                SettingValues.duration("minInterval", minInterval, d.minInterval()),
                SettingValues.duration("connectTimeout", connectTimeout, d.connectTimeout()),
                SettingValues.duration("timeout", timeout, d.timeout()),
                SettingValues.duration("maxAge", maxAge, d.maxAge()),
                false,
                SettingValues.optional(check));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareScan")
    public static final class DescriptorImpl extends EntryDescriptor<ScanSection> {

        @Override
        public String getDisplayName() {
            return Messages.ScanSection_displayName();
        }

        @POST
        public FormValidation doCheckInterval(@QueryParameter String value) {
            return check(section -> section.setInterval(value));
        }

        @POST
        public FormValidation doCheckMinInterval(@QueryParameter String value) {
            return check(section -> section.setMinInterval(value));
        }

        @POST
        public FormValidation doCheckConnectTimeout(@QueryParameter String value) {
            return check(section -> section.setConnectTimeout(value));
        }

        @POST
        public FormValidation doCheckTimeout(@QueryParameter String value) {
            return check(section -> section.setTimeout(value));
        }

        @POST
        public FormValidation doCheckMaxAge(@QueryParameter String value) {
            return check(section -> section.setMaxAge(value));
        }

        @POST
        public FormValidation doCheckCheck(@QueryParameter String value) {
            return check(section -> section.setCheck(value));
        }

        private static FormValidation check(Consumer<ScanSection> value) {
            return validate(ScanSection::new, value, ScanSection::toSettings);
        }
    }
}
