package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Descriptor;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.TaskListener;
import hudson.model.queue.CauseOfBlockage;
import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.AbstractCloudSlave;
import hudson.slaves.CloudRetentionStrategy;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.OfflineCause;
import hudson.slaves.RetentionStrategy;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.loadshare.nodes.PlacedNode;
import io.jenkins.plugins.loadshare.service.Requester;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.durabletask.executors.OnceRetentionStrategy;

/**
 * A node of Jenkins with one executor on a host that loadshare chose. It exists for one block of one build, or, made by a
 * {@link NodeTemplate}, for the builds of one job.
 */
public final class LoadshareAgent extends AbstractCloudSlave implements PlacedNode {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(LoadshareAgent.class.getName());

    /** The time after which a node is removed that nothing uses. */
    private static final int IDLE_MINUTES = 10;

    private final String build;
    private final String flowNode;
    private final NodeTemplate template;
    private final List<String> licenses;
    private volatile boolean wasOnline;

    /**
     * @param directory the root directory on the host
     * @param build the run's {@code externalizableId}
     * @param flowNode the ID of the flow node of the step
     */
    LoadshareAgent(String name, String description, String directory, String build, String flowNode)
            throws IOException, Descriptor.FormException {
        this(name, description, directory, build, flowNode, null, null);
        setRetentionStrategy(new OnceRetentionStrategy(IDLE_MINUTES));
    }

    /**
     * @param directory the root directory on the host
     * @param build the build, or the job whose builds may use it, as {@link Requester#build}
     * @param licenses those that the builds need in addition to the template's
     */
    LoadshareAgent(
            String name,
            String description,
            String directory,
            String build,
            NodeTemplate template,
            List<String> licenses)
            throws IOException, Descriptor.FormException {
        this(name, description, directory, build, null, template, new ArrayList<>(licenses));
        setLabelString(template.getLabel());
        setRetentionStrategy(template.idleTime()
                .<RetentionStrategy<?>>map(time -> new CloudRetentionStrategy(minutes(time)))
                .orElseGet(() -> new OnceRetentionStrategy(IDLE_MINUTES)));
    }

    private LoadshareAgent(
            String name,
            String description,
            String directory,
            String build,
            String flowNode,
            NodeTemplate template,
            List<String> licenses)
            throws IOException, Descriptor.FormException {
        super(name, directory, new Launcher());
        this.build = build;
        this.flowNode = flowNode;
        this.template = template;
        this.licenses = licenses;
        setNodeDescription(description);
        setNumExecutors(1);
        setMode(Mode.EXCLUSIVE);
    }

    /** Returns a time in minutes, rounded up: Jenkins counts the idle time in minutes. */
    private static int minutes(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, time.plusSeconds(59).toMinutes());
    }

    String build() {
        return build;
    }

    /** Returns the flow node of the step; null if a template made this node. */
    String flowNode() {
        return flowNode;
    }

    /** Returns the template that made this node; null if it is that of a step. */
    NodeTemplate template() {
        return template;
    }

    /** Returns the licenses that its builds need in addition to the template's. */
    List<String> licenses() {
        return Util.fixNull(licenses);
    }

    /** Returns whether it has ever been online, even before a restart of Jenkins. */
    boolean wasOnline() {
        return wasOnline;
    }

    /** Stores that it is online for the first time. */
    void online() {
        if (!wasOnline) {
            wasOnline = true;
            try {
                Jenkins.get().updateNode(this);
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "That node " + getNodeName() + " was online is not stored", e);
            }
        }
    }

    @Override
    public AbstractCloudComputer<LoadshareAgent> createComputer() {
        return new AbstractCloudComputer<>(this);
    }

    /**
     * Refuses the builds of others, and builds that now need another node because the template or their licenses have
     * changed. After a restart, only the block that ran on the node may continue there; it waits for the name of the
     * node.
     */
    @Override
    public CauseOfBlockage canTake(Queue.BuildableItem item) {
        boolean own = Requester.of(item)
                .filter(requester -> requester.build().equals(build))
                .isPresent();
        AgentRequest request = AgentRequests.get().find(getNodeName());
        QueuedBuild queued = request != null && request.user() instanceof QueuedBuild user ? user : null;
        boolean resuming = queued != null && queued.isResuming();
        Label label = item.getAssignedLabel();
        boolean byName = label != null && label.getName().equals(getNodeName());
        boolean withdrawn = request != null && request.isReleased();
        if (!own || withdrawn || resuming && !byName) {
            return CauseOfBlockage.fromMessage(Messages._LoadshareAgent_ofAnother());
        }
        return byName || queued == null || queued.serves(item)
                ? super.canTake(item)
                : CauseOfBlockage.fromMessage(Messages._LoadshareAgent_outdated());
    }

    @Override
    protected void _terminate(TaskListener listener) {
        Computer computer = toComputer();
        if (computer != null) {
            computer.disconnect(OfflineCause.create(Messages._LoadshareAgent_over()));
        }
        AgentRequests.get().release(getNodeName());
    }

    /** Starts remoting over the SSH connection to the host. */
    static final class Launcher extends ComputerLauncher {

        @Override
        public void launch(SlaveComputer computer, TaskListener listener) throws IOException, InterruptedException {
            AgentRequest request = AgentRequests.get().find(computer.getName());
            if (request == null) {
                listener.getLogger().println("Waiting for the build to resume"); // it connects the node again
            } else {
                request.connect(computer, listener);
            }
        }
    }

    /** The descriptor. Only requests create such nodes. */
    @Extension
    public static final class DescriptorImpl extends SlaveDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.LoadshareAgent_displayName();
        }

        @Override
        public boolean isInstantiable() {
            return false;
        }
    }
}
