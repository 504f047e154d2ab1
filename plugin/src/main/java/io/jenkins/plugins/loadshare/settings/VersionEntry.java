package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import io.loadshare.software.Software;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** An installed version of a software entry. */
public final class VersionEntry implements Describable<VersionEntry> {

    private final String name;
    private final String path;

    @DataBoundConstructor
    public VersionEntry(String name, String path) {
        this.name = Util.fixEmptyAndTrim(name);
        this.path = Util.fixEmptyAndTrim(path);
    }

    public String getName() {
        return name;
    }

    public String getPath() {
        return path;
    }

    Software.Version toVersion() {
        return new Software.Version(
                SettingValues.required("name of a version", name), SettingValues.required("path of a version", path));
    }

    /** The form. {@link SoftwareEntry} validates versions, because their names must differ. */
    @Extension
    @Symbol("loadshareVersion")
    public static final class DescriptorImpl extends EntryDescriptor<VersionEntry> {

        @Override
        public String getDisplayName() {
            return Messages.VersionEntry_displayName();
        }
    }
}
