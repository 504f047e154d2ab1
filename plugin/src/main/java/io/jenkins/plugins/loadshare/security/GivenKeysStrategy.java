package io.jenkins.plugins.loadshare.security;

import hudson.Extension;
import hudson.util.FormValidation;
import io.loadshare.Quoted;
import io.loadshare.transport.FixedHostKeys;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Trusts only the given keys, on any host. */
public final class GivenKeysStrategy extends HostKeyStrategy {

    private final List<String> keys;

    /** @param keys public keys as in a {@code .pub} file, one per line */
    @DataBoundConstructor
    public GivenKeysStrategy(List<String> keys) {
        this.keys = keys == null
                ? new ArrayList<>()
                : keys.stream()
                        .flatMap(String::lines)
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.toCollection(ArrayList::new));
    }

    public List<String> getKeys() {
        return keys;
    }

    @Override
    public Optional<HostKeys> hostKeys(Path home) {
        return Optional.of(
                new FixedHostKeys(keys.stream().map(GivenKeysStrategy::parse).toList()));
    }

    @Override
    public Optional<KnownHosts> files(Path home, HostSettings host) {
        return Optional.empty();
    }

    private static HostKey parse(String line) {
        String[] words = line.split("\\s+");
        try {
            HostKey key = HostKey.of(Base64.getDecoder().decode(words.length < 2 ? "" : words[1]));
            if (key.type().equals(words[0])) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Reported below with the line as written.
        }
        throw new IllegalArgumentException(
                "keys must be lines 'TYPE BASE64' as in /etc/ssh/ssh_host_ed25519_key.pub, but one was "
                        + Quoted.of(line));
    }

    /** The form. */
    @Extension(ordinal = 2)
    @Symbol("givenKeys")
    public static final class DescriptorImpl extends HostKeyStrategyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.GivenKeysStrategy_displayName();
        }

        /** Returns the keys as shown in the form. */
        public String lines(List<String> keys) {
            return keys == null ? "" : String.join("\n", keys);
        }

        @POST
        public FormValidation doCheckKeys(@QueryParameter String value) {
            return check(new GivenKeysStrategy(List.of(value)));
        }
    }
}
