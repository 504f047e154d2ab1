package io.jenkins.plugins.loadshare.cloud;

import hudson.model.Descriptor;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.Requester;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * The block of a {@code loadshareNode} step. Its execution is that of a {@code node} step, which waits in Jenkins' queue
 * for the name of the node. A restart of Jenkins finds the {@link AgentRequestAction} at the flow node of the step.
 */
final class BuildBlock implements AgentUser {

    private static final Logger LOGGER = Logger.getLogger(BuildBlock.class.getName());

    private final StepExecution execution;
    private final AgentRequestAction action;
    private final Run<?, ?> run;
    private final FlowNode flowNode;

    BuildBlock(StepExecution execution, AgentRequestAction action) throws IOException, InterruptedException {
        this.execution = execution;
        this.action = action;
        this.run = execution.getContext().get(Run.class);
        this.flowNode = execution.getContext().get(FlowNode.class);
    }

    @Override
    public String node() {
        return action.name();
    }

    @Override
    public Requester requester() {
        return Requester.of(run);
    }

    @Override
    public String id() {
        return flowNode.getId();
    }

    @Override
    public LoadshareNodeStep step() {
        return action.step();
    }

    @Override
    public TaskListener listener() throws IOException, InterruptedException {
        return execution.getContext().get(TaskListener.class);
    }

    @Override
    public PlacesAction places() {
        return PlacesAction.of(run);
    }

    @Override
    public Instant since() {
        return Instant.ofEpochMilli(action.since());
    }

    @Override
    public boolean isOver() {
        return !flowNode.isActive();
    }

    @Override
    public LoadshareAgent create(String description, String directory) throws IOException, Descriptor.FormException {
        return new LoadshareAgent(node(), description, directory, run.getExternalizableId(), flowNode.getId());
    }

    private boolean hasBegun() {
        return flowNode.getAction(WorkspaceAction.class) != null;
    }

    @Override
    public boolean isQueued() {
        return !hasBegun();
    }

    @Override
    public void queueAgain() throws Exception {
        execution.start();
    }

    @Override
    public void failed(Throwable cause, boolean released) {
        if (isOver() || released && hasBegun()) {
            return;
        }
        try {
            execution.stop(cause);
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, "The step of " + run + " that waits for node " + node() + " was not stopped", e);
        }
    }
}
