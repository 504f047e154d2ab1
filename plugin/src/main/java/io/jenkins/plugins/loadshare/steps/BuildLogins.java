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
 * By what a build logs in to hosts: credentials that it may use itself, named by the step or by the settings. It never
 * gets those of the controller: no key file, no agent, no credentials of system scope.
 */
record BuildLogins(PlacingStep step, Run<?, ?> run) {

    Optional<String> id(Settings settings) {
        return Optional.ofNullable(step.getCredentialsId()).or(settings::credentialsId);
    }

    /** The name on the hosts. */
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

    /** A way to all candidates of a request. */
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
