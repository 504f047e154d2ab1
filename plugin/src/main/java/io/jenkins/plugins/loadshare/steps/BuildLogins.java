package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.Credentials;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Requester;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Login;
import java.util.Optional;

/**
 * The credentials with which a build logs in to hosts. The step or the settings name them, and the build itself must be
 * allowed to use them. A build never gets the controller's own: no key file, no SSH agent, no credentials of system
 * scope.
 */
record BuildLogins(PlacingStep step, Requester requester) {

    Optional<String> id(Settings settings) {
        return Optional.ofNullable(step.getCredentialsId()).or(settings::credentialsId);
    }

    /** Returns the login name on the hosts: that of the controller if only this machine can be used. */
    String user(Settings settings) {
        String own = System.getProperty("user.name");
        if (isAllLocal(settings)) {
            return own;
        }
        try {
            return login(settings).user().orElse(own);
        } catch (LoadshareException e) {
            return own;
        }
    }

    private static boolean isAllLocal(Settings settings) {
        return settings.core().inventory().hosts().stream().allMatch(Host::local);
    }

    /** Returns why the build cannot log in to any host but this machine. */
    Optional<String> obstacle(Settings settings) {
        try {
            login(settings);
            return Optional.empty();
        } catch (LoadshareException e) {
            return Optional.of(e.getMessage());
        }
    }

    private Login login(Settings settings) {
        String id = id(settings)
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.CONFIGURATION,
                        "no credentials to log in to the hosts. Set credentialsId in the step, or ask an administrator to set"
                                + " it in Manage Jenkins, System, Loadshare"));
        return Credentials.of(requester, id);
    }

    /** Returns access to a host. */
    HostAccess access(LoadshareService service, Settings settings, Host host) {
        return service.access(settings, host.local() ? new Login.Configured() : login(settings));
    }
}
