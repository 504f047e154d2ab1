package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.desktop.DesktopSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The settings in {@code desktop}. */
public final class DesktopSection implements Describable<DesktopSection> {

    private List<String> command;
    private String session;
    private String idle;

    @DataBoundConstructor
    public DesktopSection() {}

    public List<String> getCommand() {
        return command;
    }

    @DataBoundSetter
    public void setCommand(List<String> command) {
        List<String> words = SettingValues.words(command);
        this.command = words.isEmpty() ? null : words;
    }

    public String getSession() {
        return session;
    }

    @DataBoundSetter
    public void setSession(String session) {
        this.session = Util.fixEmptyAndTrim(session);
    }

    public String getIdle() {
        return idle;
    }

    @DataBoundSetter
    public void setIdle(String idle) {
        this.idle = Util.fixEmptyAndTrim(idle);
    }

    DesktopSettings toSettings() {
        DesktopSettings d = DesktopSettings.DEFAULT;
        return new DesktopSettings(
                Optional.ofNullable(command).orElse(d.command()),
                SettingValues.optional(session),
                SettingValues.duration("idle", idle, d.idle()));
    }

    /** The form. */
    @Extension
    @Symbol("loadshareDesktops")
    public static final class DescriptorImpl extends EntryDescriptor<DesktopSection> {

        @Override
        public String getDisplayName() {
            return Messages.DesktopSection_displayName();
        }

        @POST
        public FormValidation doCheckCommand(@QueryParameter String value) {
            return check(section -> section.setCommand(List.of(value)));
        }

        @POST
        public FormValidation doCheckIdle(@QueryParameter String value) {
            return check(section -> section.setIdle(value));
        }

        private static FormValidation check(Consumer<DesktopSection> value) {
            return validate(DesktopSection::new, value, DesktopSection::toSettings);
        }
    }
}
