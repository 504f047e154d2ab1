package io.jenkins.plugins.loadshare.steps;

import hudson.model.Run;
import io.loadshare.dispatch.PlacedRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The build action that shows where the jobs of a build ran, and why. Thread-safe. */
@ExportedBean
public final class PlacesAction implements RunAction2 {

    private static final Logger LOGGER = Logger.getLogger(PlacesAction.class.getName());

    private final CopyOnWriteArrayList<PlacedJob> jobs = new CopyOnWriteArrayList<>();
    private transient Run<?, ?> run;

    static PlacesAction of(Run<?, ?> run) {
        synchronized (run) {
            PlacesAction action = run.getAction(PlacesAction.class);
            if (action == null) {
                action = new PlacesAction();
                run.addAction(action);
            }
            return action;
        }
    }

    /** Records the host of a job. If the job moves to another host, only the last one is kept. */
    void chosen(PlacedRequest place, Instant now) {
        jobs.removeIf(job -> job.getId().equals(place.id()));
        jobs.add(PlacedJob.of(place, now));
        save();
    }

    void ended(String id, String how, Instant now) {
        jobs.replaceAll(job -> job.getId().equals(id) ? job.ended(how, now) : job);
        save();
    }

    private void save() {
        try {
            run.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Where the jobs of " + run + " ran is not stored", e);
        }
    }

    @Exported
    public List<PlacedJob> getJobs() {
        return jobs;
    }

    public Run<?, ?> getRun() {
        return run;
    }

    @Override
    public void onAttached(Run<?, ?> owner) {
        run = owner;
    }

    @Override
    public void onLoad(Run<?, ?> owner) {
        run = owner;
    }

    @Override
    public String getIconFileName() {
        return "symbol-server-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.PlacesAction_displayName();
    }

    @Override
    public String getUrlName() {
        return "loadshare";
    }
}
