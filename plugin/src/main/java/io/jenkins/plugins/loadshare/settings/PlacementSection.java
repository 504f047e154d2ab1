package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementSettings;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code placement}. */
public final class PlacementSection implements Describable<PlacementSection> {

    private String model;
    private String openQueryPenalty;
    private String maxOpenQueryPenalty;
    private String recencyPenalty;
    private String recencyPenaltyInterval;
    private String recencyPenaltyJobs;
    private String runJobPenalty;
    private String maxRuns;
    private String maxLoad;
    private String slotsPerCore;
    private String reservePerDesktop;
    private String queryPercentage;
    private String minQueries;
    private String waitReplyPercentage;
    private boolean randomOrder;

    @DataBoundConstructor
    public PlacementSection() {}

    public String getModel() {
        return model;
    }

    @DataBoundSetter
    public void setModel(String model) {
        this.model = Util.fixEmptyAndTrim(model);
    }

    public String getOpenQueryPenalty() {
        return openQueryPenalty;
    }

    @DataBoundSetter
    public void setOpenQueryPenalty(String openQueryPenalty) {
        this.openQueryPenalty = Util.fixEmptyAndTrim(openQueryPenalty);
    }

    public String getMaxOpenQueryPenalty() {
        return maxOpenQueryPenalty;
    }

    @DataBoundSetter
    public void setMaxOpenQueryPenalty(String maxOpenQueryPenalty) {
        this.maxOpenQueryPenalty = Util.fixEmptyAndTrim(maxOpenQueryPenalty);
    }

    public String getRecencyPenalty() {
        return recencyPenalty;
    }

    @DataBoundSetter
    public void setRecencyPenalty(String recencyPenalty) {
        this.recencyPenalty = Util.fixEmptyAndTrim(recencyPenalty);
    }

    public String getRecencyPenaltyInterval() {
        return recencyPenaltyInterval;
    }

    @DataBoundSetter
    public void setRecencyPenaltyInterval(String recencyPenaltyInterval) {
        this.recencyPenaltyInterval = Util.fixEmptyAndTrim(recencyPenaltyInterval);
    }

    public String getRecencyPenaltyJobs() {
        return recencyPenaltyJobs;
    }

    @DataBoundSetter
    public void setRecencyPenaltyJobs(String recencyPenaltyJobs) {
        this.recencyPenaltyJobs = Util.fixEmptyAndTrim(recencyPenaltyJobs);
    }

    public String getRunJobPenalty() {
        return runJobPenalty;
    }

    @DataBoundSetter
    public void setRunJobPenalty(String runJobPenalty) {
        this.runJobPenalty = Util.fixEmptyAndTrim(runJobPenalty);
    }

    public String getMaxRuns() {
        return maxRuns;
    }

    @DataBoundSetter
    public void setMaxRuns(String maxRuns) {
        this.maxRuns = Util.fixEmptyAndTrim(maxRuns);
    }

    public String getMaxLoad() {
        return maxLoad;
    }

    @DataBoundSetter
    public void setMaxLoad(String maxLoad) {
        this.maxLoad = Util.fixEmptyAndTrim(maxLoad);
    }

    public String getSlotsPerCore() {
        return slotsPerCore;
    }

    @DataBoundSetter
    public void setSlotsPerCore(String slotsPerCore) {
        this.slotsPerCore = Util.fixEmptyAndTrim(slotsPerCore);
    }

    public String getReservePerDesktop() {
        return reservePerDesktop;
    }

    @DataBoundSetter
    public void setReservePerDesktop(String reservePerDesktop) {
        this.reservePerDesktop = Util.fixEmptyAndTrim(reservePerDesktop);
    }

    public String getQueryPercentage() {
        return queryPercentage;
    }

    @DataBoundSetter
    public void setQueryPercentage(String queryPercentage) {
        this.queryPercentage = Util.fixEmptyAndTrim(queryPercentage);
    }

    public String getMinQueries() {
        return minQueries;
    }

    @DataBoundSetter
    public void setMinQueries(String minQueries) {
        this.minQueries = Util.fixEmptyAndTrim(minQueries);
    }

    public String getWaitReplyPercentage() {
        return waitReplyPercentage;
    }

    @DataBoundSetter
    public void setWaitReplyPercentage(String waitReplyPercentage) {
        this.waitReplyPercentage = Util.fixEmptyAndTrim(waitReplyPercentage);
    }

    public boolean isRandomOrder() {
        return randomOrder;
    }

    @DataBoundSetter
    public void setRandomOrder(boolean randomOrder) {
        this.randomOrder = randomOrder;
    }

    PlacementSettings toSettings() {
        return toSettings(PlacementSettings.DEFAULT.maxAge());
    }

    /** @param maxAge the maximum age of a report, from {@code scan} */
    PlacementSettings toSettings(Duration maxAge) {
        PlacementSettings d = PlacementSettings.DEFAULT;
        Double load = SettingValues.number("maxLoad", maxLoad, null);
        return new PlacementSettings(
                SettingValues.word("model", model, PlacementModel.class, d.model()),
                SettingValues.number("openQueryPenalty", openQueryPenalty, d.openQueryPenalty()),
                SettingValues.number("maxOpenQueryPenalty", maxOpenQueryPenalty, d.maxOpenQueryPenalty()),
                SettingValues.number("recencyPenalty", recencyPenalty, d.recencyPenalty()),
                SettingValues.duration("recencyPenaltyInterval", recencyPenaltyInterval, d.recencyPenaltyInterval()),
                SettingValues.wholeNumber("recencyPenaltyJobs", recencyPenaltyJobs, d.recencyPenaltyJobs()),
                SettingValues.number("runJobPenalty", runJobPenalty, d.runJobPenalty()),
                SettingValues.wholeNumber("maxRuns", maxRuns, d.maxRuns()),
                load == null ? OptionalDouble.empty() : OptionalDouble.of(load),
                "none".equals(slotsPerCore)
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(SettingValues.number(
                                "slotsPerCore", slotsPerCore, d.slotsPerCore().getAsDouble())),
                SettingValues.number("reservePerDesktop", reservePerDesktop, d.reservePerDesktop()),
                SettingValues.wholeNumber("queryPercentage", queryPercentage, d.queryPercentage()),
                SettingValues.wholeNumber("minQueries", minQueries, d.minQueries()),
                SettingValues.wholeNumber("waitReplyPercentage", waitReplyPercentage, d.waitReplyPercentage()),
                randomOrder,
                maxAge);
    }

    /** The form. */
    @Extension
    @Symbol("loadsharePlacement")
    public static final class DescriptorImpl extends EntryDescriptor<PlacementSection> {

        @Override
        public String getDisplayName() {
            return Messages.PlacementSection_displayName();
        }

        @POST
        public FormValidation doCheckOpenQueryPenalty(@QueryParameter String value) {
            return check(section -> section.setOpenQueryPenalty(value));
        }

        @POST
        public FormValidation doCheckMaxOpenQueryPenalty(@QueryParameter String value) {
            return check(section -> section.setMaxOpenQueryPenalty(value));
        }

        @POST
        public FormValidation doCheckRecencyPenalty(@QueryParameter String value) {
            return check(section -> section.setRecencyPenalty(value));
        }

        @POST
        public FormValidation doCheckRecencyPenaltyInterval(@QueryParameter String value) {
            return check(section -> section.setRecencyPenaltyInterval(value));
        }

        @POST
        public FormValidation doCheckRecencyPenaltyJobs(@QueryParameter String value) {
            return check(section -> section.setRecencyPenaltyJobs(value));
        }

        @POST
        public FormValidation doCheckRunJobPenalty(@QueryParameter String value) {
            return check(section -> section.setRunJobPenalty(value));
        }

        @POST
        public FormValidation doCheckMaxRuns(@QueryParameter String value) {
            return check(section -> section.setMaxRuns(value));
        }

        @POST
        public FormValidation doCheckMaxLoad(@QueryParameter String value) {
            return check(section -> section.setMaxLoad(value));
        }

        @POST
        public FormValidation doCheckSlotsPerCore(@QueryParameter String value) {
            return check(section -> section.setSlotsPerCore(value));
        }

        @POST
        public FormValidation doCheckReservePerDesktop(@QueryParameter String value) {
            return check(section -> section.setReservePerDesktop(value));
        }

        @POST
        public FormValidation doCheckQueryPercentage(@QueryParameter String value) {
            return check(section -> section.setQueryPercentage(value));
        }

        @POST
        public FormValidation doCheckMinQueries(@QueryParameter String value) {
            return check(section -> section.setMinQueries(value));
        }

        @POST
        public FormValidation doCheckWaitReplyPercentage(@QueryParameter String value) {
            return check(section -> section.setWaitReplyPercentage(value));
        }

        /** Lists the models by their names in YAML. */
        @POST
        public ListBoxModel doFillModelItems() {
            return items(PlacementModel.class);
        }

        private static FormValidation check(Consumer<PlacementSection> value) {
            return validate(PlacementSection::new, value, PlacementSection::toSettings);
        }
    }
}
