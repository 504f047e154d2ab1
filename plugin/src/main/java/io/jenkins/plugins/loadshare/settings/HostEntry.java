package io.jenkins.plugins.loadshare.settings;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.Describable;
import hudson.util.FormValidation;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.Tag;
import io.loadshare.transport.HostKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** An entry of {@code hosts}: a node set with the common settings of its hosts. */
public final class HostEntry implements Describable<HostEntry> {

    private final String name;
    private String address;
    private String port;
    private String user;
    private List<String> tags;
    private String speed;
    private boolean local;

    @DataBoundConstructor
    public HostEntry(String name) {
        this.name = Util.fixEmptyAndTrim(name);
    }

    public String getName() {
        return name;
    }

    public String getAddress() {
        return address;
    }

    @DataBoundSetter
    public void setAddress(String address) {
        this.address = Util.fixEmptyAndTrim(address);
    }

    public String getPort() {
        return port;
    }

    @DataBoundSetter
    public void setPort(String port) {
        this.port = Util.fixEmptyAndTrim(port);
    }

    public String getUser() {
        return user;
    }

    @DataBoundSetter
    public void setUser(String user) {
        this.user = Util.fixEmptyAndTrim(user);
    }

    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = SettingValues.words(tags);
    }

    public String getSpeed() {
        return speed;
    }

    @DataBoundSetter
    public void setSpeed(String speed) {
        this.speed = Util.fixEmptyAndTrim(speed);
    }

    public boolean isLocal() {
        return local;
    }

    @DataBoundSetter
    public void setLocal(boolean local) {
        this.local = local;
    }

    List<Host> toHosts() {
        List<HostName> names = SettingValues.hosts("name", name);
        Optional<String> at = SettingValues.optional(address);
        refuseForSeveral("address", at.isPresent(), names.size());
        refuseForSeveral("local", local, names.size());
        Integer number = SettingValues.wholeNumber("port", port, null);
        Set<Tag> all = SettingValues.words(tags).stream().map(Tag::new).collect(Collectors.toSet());
        return names.stream()
                .map(host -> new Host(
                        host,
                        at.orElse(host.value()),
                        number == null ? OptionalInt.empty() : OptionalInt.of(number),
                        SettingValues.optional(user),
                        all,
                        SettingValues.number("speed", speed, 1.0),
                        local,
                        Optional.empty()))
                .toList();
    }

    private static void refuseForSeveral(String key, boolean given, int count) {
        if (given && count > 1) {
            throw new IllegalArgumentException(
                    key + " requires an entry with one host, but this one expands to " + count + " hosts");
        }
    }

    /** The form. */
    @Extension
    @Symbol("loadshareHost")
    public static final class DescriptorImpl extends EntryDescriptor<HostEntry> {

        @Override
        public String getDisplayName() {
            return Messages.HostEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return validateRequired(value, () -> new HostEntry(value), HostEntry::toHosts);
        }

        @POST
        public FormValidation doCheckAddress(@QueryParameter String name, @QueryParameter String value) {
            return check(name, entry -> entry.setAddress(value));
        }

        @POST
        public FormValidation doCheckPort(@QueryParameter String name, @QueryParameter String value) {
            return check(name, entry -> entry.setPort(value));
        }

        @POST
        public FormValidation doCheckUser(@QueryParameter String name, @QueryParameter String value) {
            return check(name, entry -> entry.setUser(value));
        }

        @POST
        public FormValidation doCheckTags(@QueryParameter String name, @QueryParameter String value) {
            return check(name, entry -> entry.setTags(List.of(value)));
        }

        @POST
        public FormValidation doCheckSpeed(@QueryParameter String name, @QueryParameter String value) {
            return check(name, entry -> entry.setSpeed(value));
        }

        @POST
        public FormValidation doCheckLocal(@QueryParameter String name, @QueryParameter boolean value) {
            return check(name, entry -> entry.setLocal(value));
        }

        /** Measures the entry's first host, for administrators. */
        @POST
        public FormValidation doTestConnection(
                @QueryParameter String name,
                @QueryParameter String address,
                @QueryParameter String port,
                @QueryParameter String user,
                @QueryParameter boolean local,
                @QueryParameter String credentialsId) {
            return test(
                    connection(name, address, port, user, local),
                    (test, host) -> test.run(host, SettingValues.optional(credentialsId)));
        }

        /** Trusts the key that the test has shown, and tests the connection again, for administrators. */
        @POST
        public FormValidation doAcceptKey(
                @QueryParameter String name,
                @QueryParameter String address,
                @QueryParameter String port,
                @QueryParameter String user,
                @QueryParameter boolean local,
                @QueryParameter String credentialsId,
                @QueryParameter String fingerprint) {
            return test(
                    connection(name, address, port, user, local),
                    (test, host) -> test.accept(host, SettingValues.optional(credentialsId), fingerprint));
        }

        private static HostEntry connection(String name, String address, String port, String user, boolean local) {
            HostEntry entry = new HostEntry(name);
            entry.setAddress(address);
            entry.setPort(port);
            entry.setUser(user);
            entry.setLocal(local);
            return entry;
        }

        private static FormValidation test(
                HostEntry entry, BiFunction<ConnectionTest, Host, ConnectionTest.Result> action) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                ConnectionTest test = ExtensionList.lookupFirst(ConnectionTest.class);
                ConnectionTest.Result result =
                        action.apply(test, entry.toHosts().get(0));
                return result.connected()
                        ? FormValidation.ok(result.text())
                        : FormValidation.errorWithMarkup(Util.escape(result.text())
                                + result.newKey()
                                        .map(DescriptorImpl::trustButton)
                                        .orElse(""));
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }

        /** The button that {@code test.js} connects to {@link #doAcceptKey}. */
        private static String trustButton(HostKey key) {
            return "<p>" + Util.escape(Messages.HostEntry_compare())
                    + "</p><button type=\"button\" class=\"jenkins-button loadshare-trust\" data-fingerprint=\""
                    + Util.escape(key.fingerprint()) + "\">" + Util.escape(Messages.HostEntry_trust(key))
                    + "</button>";
        }

        /** Validates a value. An invalid name is reported by its own field only. */
        private static FormValidation check(String name, Consumer<HostEntry> value) {
            boolean named =
                    validate(() -> new HostEntry(name), entry -> {}, HostEntry::toHosts).kind == FormValidation.Kind.OK;
            return validate(() -> new HostEntry(named ? name : "host"), value, HostEntry::toHosts);
        }
    }
}
