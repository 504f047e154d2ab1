package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.LoadshareException;
import io.loadshare.desktop.Desktop;
import io.loadshare.desktop.DesktopJob;
import java.util.HashMap;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A running {@code loadshareDesktop} step. The desktop is the job that runs while the block runs. */
final class DesktopExecution extends BlockExecution {

    private static final long serialVersionUID = 1L;

    DesktopExecution(StepContext context, LoadshareDesktopStep step) {
        super(context, step);
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
        Map<String, String> variables = new HashMap<>(super.variables(job));
        variables.put(BuildVariables.DESKTOP, desktop.name());
        variables.put("DISPLAY", desktop.display());
        variables.put("XAUTHORITY", job.job().orElseThrow().directory() + "/" + DesktopJob.AUTHORITY);
        return variables;
    }

    @Override
    String lost() {
        return "The desktop has ended";
    }
}
