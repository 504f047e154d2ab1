package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.desktop.Desktop;
import io.loadshare.desktop.DesktopJob;
import io.loadshare.job.Job;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * A running {@code loadshareDesktop} step. The desktop is the job that runs while the block runs, or one that was found,
 * which the step does not end.
 */
final class DesktopExecution extends BlockExecution {

    private static final long serialVersionUID = 1L;

    /** How often the host of a desktop that was found is asked whether the desktop still runs. */
    private static final Duration CHECK = Duration.ofSeconds(5);

    /** Persistent: the name of the desktop that was found; null if the block has one of its own. */
    private volatile String found;

    /** Persistent: its job, as {@link Job#toText} prints it. */
    private volatile String foundJob;

    DesktopExecution(StepContext context, LoadshareDesktopStep step) {
        super(context, step);
    }

    @Override
    public void found(FoundDesktop place) {
        Desktop desktop = place.desktop();
        found = desktop.name();
        foundJob = place.job().toText();
        job().say("Found desktop " + found + " (" + desktop.id() + ") of " + place.user()
                + ", which does not end with the block. Set 'new: true' for another one");
        begin(() -> variables(desktop, place.job(), variables(desktop.host(), place.user())));
        checkLater();
    }

    private void checkLater() {
        LoadshareService service = LoadshareService.get();
        service.later(CHECK, () -> service.workers().execute(this::check));
    }

    private void check() {
        if (isBlockOver()) {
            return;
        }
        if (isGone()) {
            job().say("Desktop " + found + " has ended, the block goes on without it");
        } else {
            checkLater();
        }
    }

    /** Returns whether the host answers that no viewer can connect to the desktop that was found. */
    private boolean isGone() {
        Settings settings = LoadshareService.get().settings();
        Job desktop = Job.parse(foundJob);
        try {
            return settings.core()
                    .inventory()
                    .find(desktop.host())
                    .filter(host -> LoadshareDesktopStep.desktops(job().access(host), settings)
                            .find(host, desktop)
                            .isEmpty())
                    .isPresent();
        } catch (LoadshareException e) {
            return false; // asked again
        }
    }

    @Override
    void beginJob() {
        if (found == null || !isBegun()) {
            found = null;
            super.beginJob();
        } else if (isBlockOver()) {
            giveBack();
        } else {
            job().say("Jenkins was restarted; going on with desktop " + found);
            checkLater();
        }
    }

    @Override
    void giveBack() {
        if (found == null) {
            super.giveBack();
        } else {
            failed(null);
        }
    }

    @Override
    Map<String, String> variables(BuildJob job) {
        Desktop desktop = LoadshareDesktopStep.desktops(
                        job().access(), LoadshareService.get().settings())
                .find(job.host(), job.job().orElseThrow())
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.UNAVAILABLE,
                        "desktop " + job.id() + " on " + job.host().name() + " ended before its block began"));
        job().say("Desktop " + desktop.name() + " is ready");
        return variables(desktop, job.job().orElseThrow(), super.variables(job));
    }

    private static Map<String, String> variables(Desktop desktop, Job job, Map<String, String> ofHost) {
        Map<String, String> variables = new HashMap<>(ofHost);
        variables.put(BuildVariables.DESKTOP, desktop.name());
        variables.put("DISPLAY", desktop.display());
        variables.put("XAUTHORITY", job.directory() + "/" + DesktopJob.AUTHORITY);
        return variables;
    }

    @Override
    String lost() {
        return "The desktop has ended";
    }

    @Override
    public String getStatus() {
        return found == null ? super.getStatus() : "running: desktop " + found;
    }
}
