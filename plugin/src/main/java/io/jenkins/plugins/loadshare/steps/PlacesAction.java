package io.jenkins.plugins.loadshare.steps;

import hudson.model.BuildBadgeAction;
import hudson.model.Run;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The build action that shows where the jobs of a build ran, and why. Thread-safe. */
@ExportedBean
public final class PlacesAction implements RunAction2, BuildBadgeAction {

    private static final Logger LOGGER = Logger.getLogger(PlacesAction.class.getName());

    /** The number of jobs on the page; the JSON has all. */
    static final int SHOWN = 100;

    private final CopyOnWriteArrayList<PlacedJob> jobs = new CopyOnWriteArrayList<>();
    private transient Run<?, ?> run;

    /** Returns the action of a build, which it gets if it has none. */
    public static PlacesAction of(Run<?, ?> run) {
        synchronized (run) {
            PlacesAction action = run.getAction(PlacesAction.class);
            if (action == null) {
                action = new PlacesAction();
                run.addAction(action);
            }
            return action;
        }
    }

    /**
     * Moves the record of a job to the build that gets its place, and returns all records of that build.
     *
     * @param job its ID; the build that had the place before keeps the record of a job that was released
     */
    public PlacesAction moveTo(Run<?, ?> build, String job, Instant now) {
        PlacesAction next = of(build);
        if (next != this) {
            jobs.stream().filter(placed -> placed.getId().equals(job)).forEach(next.jobs::addIfAbsent);
            next.save();
            ended(job, PlacedJob.RELEASED, now);
        }
        return next;
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
        if (run == null) {
            return; // the build does not exist yet
        }
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

    /** Returns the hosts of the newest jobs as a node set, for the badge in the list of builds. */
    public String getHosts() {
        return HostSet.fold(getNewest().stream()
                .map(PlacedJob::getHost)
                .distinct()
                .map(HostName::new)
                .toList());
    }

    /** Returns the newest jobs, newest first. */
    public List<PlacedJob> getNewest() {
        List<PlacedJob> newest = new ArrayList<>(jobs.subList(getEarlier(), jobs.size()));
        Collections.reverse(newest);
        return newest;
    }

    /** Returns the number of jobs that the page does not show. */
    public int getEarlier() {
        return Math.max(0, jobs.size() - SHOWN);
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
        return "where-it-ran"; // side panels mark an entry as the current page by the last part of its URL
    }
}
