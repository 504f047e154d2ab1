package io.jenkins.plugins.loadshare.steps;

import hudson.model.Run;
import io.jenkins.plugins.loadshare.service.Credentials;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Login;
import java.util.Arrays;
import java.util.Optional;

/**
 * The credentials with which a build logs in to hosts. The step or the settings name them, and the build itself must be
 * allowed to use them. A build never gets the controller's own: no key file, no SSH agent, no credentials of system
 * scope.
 */
record BuildLogins(PlacingStep step, Run<?, ?> run) {

    Optional<String> id(Settings settings) {
        return Optional.ofNullable(step.getCredentialsId()).or(settings::credentialsId);
    }

    /** Returns the login name on the hosts. */
    String user(Settings settings) {
        return id(settings)
                .flatMap(id -> isAllLocal(settings)
                        ? Optional.empty()
                        : Credentials.of(run, id).user())
                .orElseGet(() -> System.getProperty("user.name"));
    }

    private static boolean isAllLocal(Settings settings) {
        return settings.core().inventory().hosts().stream().allMatch(Host::local);
    }

    /** Returns access to all candidate hosts of a request. */
    HostAccess access(LoadshareService service, Settings settings, PlacementRequest request) {
        boolean local = Arrays.stream(request.candidates())
                .mapToObj(settings.core().inventory()::at)
                .allMatch(Host::local);
        return local ? local(service, settings) : access(service, settings);
    }

    HostAccess local(LoadshareService service, Settings settings) {
        return service.access(settings, new Login.Configured());
    }

    HostAccess access(LoadshareService service, Settings settings) {
        String id = id(settings)
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.CONFIGURATION,
                        "no credentials to log in to the hosts: name some by credentialsId, or let an administrator set"
                                + " them in Manage Jenkins, System, Loadshare"));
        return service.access(settings, Credentials.of(run, id));
    }
}
