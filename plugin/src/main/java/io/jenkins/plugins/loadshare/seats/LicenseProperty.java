package io.jenkins.plugins.loadshare.seats;

import hudson.Extension;
import hudson.Util;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.loadshare.settings.EntryDescriptor;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.model.OptionalJobProperty;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A job property: each build, and in a Pipeline each {@code node} block, needs a seat of a license. */
public final class LicenseProperty extends OptionalJobProperty<Job<?, ?>> {

    private final String license;

    /** @param license its name in the settings */
    @DataBoundConstructor
    public LicenseProperty(String license) {
        this.license = Util.fixEmptyAndTrim(license);
    }

    public String getLicense() {
        return license;
    }

    /** Returns the license that each build of a job needs, if any. */
    public static Optional<String> of(Job<?, ?> job) {
        return Optional.ofNullable(job.getProperty(LicenseProperty.class)).map(property -> property.license);
    }

    /** Reads the property of the job that a task belongs to. */
    @Extension
    public static final class OfJob implements LicenseNeed {

        @Override
        public List<String> of(Queue.Item item) {
            return item.task.getOwnerTask() instanceof Job<?, ?> job
                    ? LicenseProperty.of(job).stream().toList()
                    : List.of();
        }
    }

    /** Reads jobs that were saved when this class was in another package. */
    @Initializer(before = InitMilestone.PLUGINS_STARTED)
    public static void readOldName() {
        Items.XSTREAM2.addCompatibilityAlias(
                "io.jenkins.plugins.loadshare.nodes.LicenseProperty", LicenseProperty.class);
    }

    /** The form. */
    @Extension
    @Symbol("needsLicense")
    public static final class DescriptorImpl extends OptionalJobPropertyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.LicenseProperty_displayName();
        }

        /** Lists the configured licenses for users who may configure the job; otherwise only the current value. */
        @POST
        public ListBoxModel doFillLicenseItems(@AncestorInPath Item item, @QueryParameter String license) {
            return EntryDescriptor.licenses(license, mayConfigure(item));
        }

        @POST
        public FormValidation doCheckLicense(@AncestorInPath Item item, @QueryParameter String value) {
            if (value.isEmpty() || !mayConfigure(item)) {
                return FormValidation.ok(); // the list may still be filling
            }
            return EntryDescriptor.checkLicense(value);
        }

        private static boolean mayConfigure(Item item) {
            return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
        }
    }
}
