package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.desktop.DesktopHosts;
import io.loadshare.desktop.DesktopJob;
import io.loadshare.desktop.Geometry;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.Job;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Login;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jvnet.hudson.test.JenkinsRule;

/** A desktop as {@code loadshare desktop} starts it, which Jenkins knows by its last scan. */
final class StartedDesktop {

    private StartedDesktop() {}

    /**
     * @param id not used before on the host
     * @param key the file with the key of the user
     */
    static void start(JenkinsRule j, String id, String host, String user, String key) throws Exception {
        LoadshareService service = LoadshareService.get();
        Settings settings = service.settings();
        Host place = settings.core().inventory().find(new HostName(host)).orElseThrow();
        Login login = new Login.PrivateKey(Optional.of(user), key, Files.readAllBytes(Path.of(key)), Optional.empty());
        HostAccess access = service.access(settings, login);
        Job job = access.engine()
                .start(
                        place,
                        DesktopJob.spec(
                                id,
                                place,
                                user,
                                Geometry.DEFAULT,
                                settings.core().desktop()),
                        () -> {},
                        Deadline.after(Duration.ofSeconds(30), System::nanoTime));
        new DesktopHosts(access.engine(), access.transport(), Duration.ofSeconds(30), System::nanoTime)
                .awaitReady(place, job);
        service.scanNow().get();
    }
}
