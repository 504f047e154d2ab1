package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.Numbers;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code job}. */
public final class JobSection implements Describable<JobSection> {

    /** Null if not set; an empty list means no such command. */
    private List<String> nice;

    private String keep;
    private String unreachableTimeout;
    private String timeLimit;
    private String memoryLimit;
    private String collectSize;
    private String collectFiles;

    @DataBoundConstructor
    public JobSection() {}

    public List<String> getNice() {
        return nice == null ? JobSettings.DEFAULT.nice() : nice;
    }

    @DataBoundSetter
    public void setNice(List<String> nice) {
        this.nice = SettingValues.words(nice);
    }

    public String getKeep() {
        return keep;
    }

    @DataBoundSetter
    public void setKeep(String keep) {
        this.keep = Util.fixEmptyAndTrim(keep);
    }

    public String getUnreachableTimeout() {
        return unreachableTimeout;
    }

    @DataBoundSetter
    public void setUnreachableTimeout(String unreachableTimeout) {
        this.unreachableTimeout = Util.fixEmptyAndTrim(unreachableTimeout);
    }

    public String getTimeLimit() {
        return timeLimit;
    }

    @DataBoundSetter
    public void setTimeLimit(String timeLimit) {
        this.timeLimit = Util.fixEmptyAndTrim(timeLimit);
    }

    public String getMemoryLimit() {
        return memoryLimit;
    }

    @DataBoundSetter
    public void setMemoryLimit(String memoryLimit) {
        this.memoryLimit = Util.fixEmptyAndTrim(memoryLimit);
    }

    public String getCollectSize() {
        return collectSize;
    }

    @DataBoundSetter
    public void setCollectSize(String collectSize) {
        this.collectSize = Util.fixEmptyAndTrim(collectSize);
    }

    public String getCollectFiles() {
        return collectFiles;
    }

    @DataBoundSetter
    public void setCollectFiles(String collectFiles) {
        this.collectFiles = Util.fixEmptyAndTrim(collectFiles);
    }

    CollectLimits toCollectLimits() {
        CollectLimits d = CollectLimits.DEFAULT;
        return new CollectLimits(
                SettingValues.wholeNumber("collectFiles", collectFiles, d.files()),
                SettingValues.optional(collectSize)
                        .map(text -> SettingValues.in("collectSize: ", () -> Numbers.parseBytes(text)))
                        .orElse(d.size()));
    }

    JobSettings toSettings() {
        JobSettings d = JobSettings.DEFAULT;
        return new JobSettings(
                getNice(),
                d.useCurrentDirectory(),
                SettingValues.duration("keep", keep, d.keep()),
                SettingValues.duration("unreachableTimeout", unreachableTimeout, d.unreachableTimeout()),
                d.clientTimeout(),
                new JobLimits(
                        Optional.ofNullable(SettingValues.duration("timeLimit", timeLimit, null)),
                        SettingValues.optional(memoryLimit)
                                .map(text -> SettingValues.in("memoryLimit: ", () -> Numbers.parseBytes(text)))));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareJob")
    public static final class DescriptorImpl extends EntryDescriptor<JobSection> {

        @Override
        public String getDisplayName() {
            return Messages.JobSection_displayName();
        }

        @POST
        public FormValidation doCheckKeep(@QueryParameter String value) {
            return check(section -> section.setKeep(value));
        }

        @POST
        public FormValidation doCheckUnreachableTimeout(@QueryParameter String value) {
            return check(section -> section.setUnreachableTimeout(value));
        }

        @POST
        public FormValidation doCheckTimeLimit(@QueryParameter String value) {
            return check(section -> section.setTimeLimit(value));
        }

        @POST
        public FormValidation doCheckMemoryLimit(@QueryParameter String value) {
            return check(section -> section.setMemoryLimit(value));
        }

        @POST
        public FormValidation doCheckCollectSize(@QueryParameter String value) {
            return validate(JobSection::new, section -> section.setCollectSize(value), JobSection::toCollectLimits);
        }

        @POST
        public FormValidation doCheckCollectFiles(@QueryParameter String value) {
            return validate(JobSection::new, section -> section.setCollectFiles(value), JobSection::toCollectLimits);
        }

        private static FormValidation check(Consumer<JobSection> value) {
            return validate(JobSection::new, value, JobSection::toSettings);
        }
    }
}
