package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.Util;
import hudson.model.labels.LabelAtomProperty;
import hudson.model.labels.LabelAtomPropertyDescriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.loadshare.settings.EntryDescriptor;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * A label property: builds for the label go to the least loaded of its nodes, and each takes a seat of a license first
 * if one is named. {@link LeastLoadedLabels} finds the labels that have it.
 */
public final class LeastLoadedProperty extends LabelAtomProperty {

    private String license;

    @DataBoundConstructor
    public LeastLoadedProperty() {}

    /** The name of a license in the settings; null if builds need none. */
    public String getLicense() {
        return license;
    }

    @DataBoundSetter
    public void setLicense(String license) {
        this.license = Util.fixEmptyAndTrim(license);
    }

    Optional<String> license() {
        return Optional.ofNullable(license);
    }

    /** The form. */
    @Extension
    @Symbol("leastLoaded")
    public static final class DescriptorImpl extends LabelAtomPropertyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.LeastLoadedProperty_displayName();
        }

        /** Lists the configured licenses for administrators, who alone may configure labels. */
        @POST
        public ListBoxModel doFillLicenseItems(@QueryParameter String license) {
            ListBoxModel items = EntryDescriptor.licenses(license, Jenkins.get().hasPermission(Jenkins.ADMINISTER));
            items.add(0, new ListBoxModel.Option(Messages.LeastLoadedProperty_noLicense(), ""));
            return items;
        }

        @POST
        public FormValidation doCheckLicense(@QueryParameter String value) {
            return value.isEmpty() || !Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                    ? FormValidation.ok()
                    : EntryDescriptor.checkLicense(value);
        }
    }
}
