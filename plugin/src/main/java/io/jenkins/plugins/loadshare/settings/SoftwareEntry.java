package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.software.Launcher;
import io.loadshare.software.Program;
import io.loadshare.software.Software;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** An entry of {@code software}. */
public final class SoftwareEntry implements Describable<SoftwareEntry> {

    private final String name;
    private final String pool;
    private String license;
    private String slots;
    private List<VersionEntry> versions = new ArrayList<>();
    private String defaultVersion;
    private List<String> command;
    private List<String> worker;
    private List<String> batch;
    private String modality;
    private List<String> commands;
    private String setup;
    private String setupShell;

    @DataBoundConstructor
    public SoftwareEntry(String name, String pool) {
        this.name = Util.fixEmptyAndTrim(name);
        this.pool = Util.fixEmptyAndTrim(pool);
    }

    public String getName() {
        return name;
    }

    public String getPool() {
        return pool;
    }

    /** The name of the license, or several names separated by commas. */
    public String getLicense() {
        return license;
    }

    @DataBoundSetter
    public void setLicense(String license) {
        this.license = LicenseNames.add(this.license, license);
    }

    /** Returns null: {@link #getLicense} contains all names, so that a form and an export state them once. */
    public List<String> getLicenses() {
        return null;
    }

    @DataBoundSetter
    public void setLicenses(List<String> licenses) {
        license = LicenseNames.add(license, String.join(", ", Util.fixNull(licenses)));
    }

    public List<VersionEntry> getVersions() {
        return versions;
    }

    @DataBoundSetter
    public void setVersions(List<VersionEntry> versions) {
        this.versions = new ArrayList<>(versions);
    }

    /** The version to use where none is requested. */
    public String getDefault() {
        return defaultVersion;
    }

    @DataBoundSetter
    public void setDefault(String version) {
        this.defaultVersion = Util.fixEmptyAndTrim(version);
    }

    public List<String> getCommand() {
        return command;
    }

    @DataBoundSetter
    public void setCommand(List<String> command) {
        this.command = SettingValues.words(command);
    }

    public List<String> getWorker() {
        return worker;
    }

    @DataBoundSetter
    public void setWorker(List<String> worker) {
        this.worker = SettingValues.words(worker);
    }

    public List<String> getBatch() {
        return batch;
    }

    @DataBoundSetter
    public void setBatch(List<String> batch) {
        this.batch = SettingValues.words(batch);
    }

    public String getModality() {
        return modality;
    }

    @DataBoundSetter
    public void setModality(String modality) {
        this.modality = Util.fixEmptyAndTrim(modality);
    }

    public List<String> getCommands() {
        return commands;
    }

    @DataBoundSetter
    public void setCommands(List<String> commands) {
        this.commands = SettingValues.words(commands);
    }

    public String getSlots() {
        return slots;
    }

    @DataBoundSetter
    public void setSlots(String slots) {
        this.slots = Util.fixEmptyAndTrim(slots);
    }

    public String getSetup() {
        return setup;
    }

    @DataBoundSetter
    public void setSetup(String setup) {
        this.setup = Util.fixEmptyAndTrim(setup);
    }

    public String getSetupShell() {
        return setupShell;
    }

    @DataBoundSetter
    public void setSetupShell(String setupShell) {
        this.setupShell = Util.fixEmptyAndTrim(setupShell);
    }

    Software toSoftware() {
        Integer usualSlots = SettingValues.wholeNumber("slots", slots, null);
        return new Software(
                SettingValues.required("name", name),
                SettingValues.required("pool", pool),
                SettingValues.names(license),
                usualSlots == null ? OptionalInt.empty() : OptionalInt.of(usualSlots),
                versions.stream().map(VersionEntry::toVersion).toList(),
                SettingValues.optional(defaultVersion),
                SettingValues.optional(modality).orElse(Software.DEFAULT_MODALITY),
                new Launcher.Templates(
                        SettingValues.words(command), SettingValues.words(worker), SettingValues.words(batch)),
                SettingValues.words(commands).stream().map(Program::parse).toList(),
                SettingValues.optional(setup),
                SettingValues.optional(setupShell).orElse(Software.DEFAULT_SETUP_SHELL));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareSoftware")
    public static final class DescriptorImpl extends EntryDescriptor<SoftwareEntry> {

        @Override
        public String getDisplayName() {
            return Messages.SoftwareEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return validateRequired(value, () -> new SoftwareEntry(value, "p"), SoftwareEntry::toSoftware);
        }

        @POST
        public FormValidation doCheckPool(@QueryParameter String value) {
            return validateRequired(
                    value,
                    () -> new SoftwareEntry("s", value),
                    entry -> Settings.current().core().pool(entry.toSoftware().pool()));
        }

        @POST
        public FormValidation doCheckLicense(@QueryParameter String value) {
            return validate(
                    () -> new SoftwareEntry("s", "p"),
                    entry -> entry.setLicense(value),
                    entry -> entry.toSoftware()
                            .licenses()
                            .forEach(Settings.current().core()::license));
        }

        @POST
        public FormValidation doCheckCommand(@QueryParameter String value) {
            return check(entry -> entry.setCommand(List.of(value)));
        }

        @POST
        public FormValidation doCheckWorker(@QueryParameter String value) {
            return check(entry -> entry.setWorker(List.of(value)));
        }

        @POST
        public FormValidation doCheckBatch(@QueryParameter String value) {
            return check(entry -> entry.setBatch(List.of(value)));
        }

        @POST
        public FormValidation doCheckModality(@QueryParameter String value) {
            return check(entry -> entry.setModality(value));
        }

        @POST
        public FormValidation doCheckCommands(@QueryParameter String value) {
            return check(entry -> entry.setCommands(List.of(value)));
        }

        @POST
        public FormValidation doCheckSlots(@QueryParameter String value) {
            return check(entry -> entry.setSlots(value));
        }

        @POST
        public FormValidation doCheckSetupShell(@QueryParameter String value) {
            return check(entry -> entry.setSetupShell(value));
        }

        private static FormValidation check(Consumer<SoftwareEntry> value) {
            return validate(() -> new SoftwareEntry("s", "p"), value, SoftwareEntry::toSoftware);
        }
    }
}
