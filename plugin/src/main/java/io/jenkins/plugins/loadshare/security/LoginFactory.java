package io.jenkins.plugins.loadshare.security;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.common.StandardUsernameCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Util;
import hudson.util.Secret;
import io.loadshare.LoadshareException;
import io.loadshare.transport.Login;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Creates the core's login from Jenkins credentials. */
public final class LoginFactory {

    private LoginFactory() {}

    /** @throws LoadshareException of kind CONFIGURATION if the credentials cannot be used for SSH */
    public static Login of(StandardUsernameCredentials credentials) {
        Optional<String> user = Optional.ofNullable(Util.fixEmptyAndTrim(credentials.getUsername()));
        if (credentials instanceof SSHUserPrivateKey key) {
            String file =
                    key.getPrivateKeys().stream().findFirst().orElseThrow(() -> unusable(credentials, "holds no key"));
            return new Login.PrivateKey(
                    user,
                    credentials.getId(),
                    file.getBytes(StandardCharsets.UTF_8),
                    Optional.ofNullable(key.getPassphrase())
                            .map(Secret::getPlainText)
                            .filter(text -> !text.isEmpty()));
        }
        if (credentials instanceof StandardUsernamePasswordCredentials password) {
            return new Login.Password(
                    user, credentials.getId(), password.getPassword().getPlainText());
        }
        throw unusable(credentials, "is neither an SSH key nor a user name with a password");
    }

    private static LoadshareException unusable(StandardUsernameCredentials credentials, String why) {
        return new LoadshareException(
                LoadshareException.Kind.CONFIGURATION,
                "credential '" + credentials.getId() + "' " + why + ": name another");
    }
}
