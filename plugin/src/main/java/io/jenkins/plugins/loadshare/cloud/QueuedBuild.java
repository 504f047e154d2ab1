package io.jenkins.plugins.loadshare.cloud;

import hudson.model.Descriptor;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.LogTaskListener;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.loadshare.seats.LicenseNeed;
import io.jenkins.plugins.loadshare.service.BuildJobs;
import io.jenkins.plugins.loadshare.service.Requester;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/**
 * A build that waits in Jenkins' queue for a label of the {@link LoadshareCloud}: a {@code node} block of a Pipeline, or
 * the next build of another job, which does not exist yet. Builds of one job for one label may exchange their nodes. A
 * restart of Jenkins finds the template and the job with the node.
 */
final class QueuedBuild implements AgentUser {

    private static final Logger LOGGER = Logger.getLogger(QueuedBuild.class.getName());

    private final QueueDemand demand;
    private final String node;
    private final NodeTemplate template;
    private final List<String> licenses;
    private final LoadshareNodeStep step;
    private final QueueDemand.Group group;
    private final Instant since;
    private volatile boolean resumes; // until the build continues on the node
    private final TaskListener listener = new StreamTaskListener(new CurrentLog(), StandardCharsets.UTF_8);

    private volatile Requester requester;
    private volatile PlacesAction places;
    private volatile TaskListener log;

    /**
     * @param licenses those that the build needs in addition to the template's, sorted
     * @param resumed whether this continues after a restart
     */
    QueuedBuild(
            QueueDemand demand,
            String node,
            NodeTemplate template,
            List<String> licenses,
            Requester requester,
            Instant since,
            boolean resumed) {
        this.demand = demand;
        this.node = node;
        this.template = template;
        this.licenses = licenses;
        this.step = template.request(licenses);
        this.group = new QueueDemand.Group(template.getLabel(), requester.build());
        this.since = since;
        this.resumes = resumed;
        this.requester = requester;
        this.places = requester.run().map(PlacesAction::of).orElseGet(PlacesAction::new);
        this.log = requester.run().map(QueuedBuild::log).orElseGet(QueuedBuild::systemLog);
    }

    private static TaskListener log(Run<?, ?> run) {
        try {
            if (run instanceof FlowExecutionOwner.Executable pipeline && pipeline.asFlowExecutionOwner() != null) {
                return pipeline.asFlowExecutionOwner().getListener();
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The log of " + run + " cannot be written", e);
        }
        return systemLog();
    }

    private static TaskListener systemLog() {
        return new LogTaskListener(LOGGER, Level.FINE);
    }

    /** Writes to the log of the build, or to that of Jenkins while the build does not exist. */
    private final class CurrentLog extends OutputStream {

        @Override
        public void write(int b) {
            log.getLogger().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            log.getLogger().write(bytes, offset, length);
        }

        @Override
        public void flush() {
            log.getLogger().flush();
        }
    }

    NodeTemplate template() {
        return template;
    }

    QueueDemand.Group group() {
        return group;
    }

    /** Returns whether a new node for a build of the same group would be like this one. Called under the lock of the queue. */
    boolean serves(Queue.Item item) {
        return LoadshareCloud.templateFor(item.getAssignedLabel())
                        .filter(current -> current.makesNodesOf(template))
                        .isPresent()
                && licenses.equals(LicenseNeed.onAnyNode(item));
    }

    /** Returns whether the node stays though no build waits for it: its build may still resume after a restart. */
    boolean isResuming() {
        return resumes && requester.isBuilding();
    }

    /** Called when a build runs on the node. */
    void runs() {
        resumes = false;
    }

    /** Called when a build of the job starts on the node. */
    void started(Run<?, ?> run, TaskListener itsLog, String job, Instant now) {
        requester = Requester.of(run);
        places = places.moveTo(run, job, now);
        log = itsLog;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public Requester requester() {
        return requester;
    }

    @Override
    public String id() {
        return BuildJobs.ofNode(node);
    }

    @Override
    public LoadshareNodeStep step() {
        return step;
    }

    @Override
    public Settings.Agents settings(Settings.Agents common) {
        return template.settings(common);
    }

    @Override
    public TaskListener listener() {
        return listener;
    }

    @Override
    public PlacesAction places() {
        return places;
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public boolean isOver() {
        return false; // QueueDemand releases the node
    }

    @Override
    public LoadshareAgent create(String description, String directory) throws IOException, Descriptor.FormException {
        return new LoadshareAgent(node, description, directory, group.build(), template, licenses);
    }

    @Override
    public boolean isQueued() {
        return false; // the queue holds the build, not the request
    }

    @Override
    public void queueAgain() {}

    @Override
    public void failed(Throwable cause, boolean released) {
        if (cause instanceof FlowInterruptedException) {
            demand.cancel(this);
        } else if (!released) {
            demand.failed(this, cause.getMessage());
        }
    }
}
