package io.jenkins.plugins.loadshare.cloud;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import hudson.Extension;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.loadshare.service.BuildJobs;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Requester;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionListener;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * Resumes requests for nodes after a restart: those of templates, which the nodes store, before their builds resume, and
 * those of steps, which the flow nodes store, when their builds do.
 */
@Extension
public final class AgentResumption extends FlowExecutionListener {

    private static final Logger LOGGER = Logger.getLogger(AgentResumption.class.getName());

    /** Resumes the requests of the nodes of templates, before their builds resume. */
    @Initializer(after = InitMilestone.JOB_LOADED, before = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void resume() {
        LoadshareService service = LoadshareService.get();
        for (LoadshareAgent node : AgentRequests.nodes()) {
            requester(node)
                    .filter(requester -> service.jobs().isRunning(requester, BuildJobs.ofNode(node.getNodeName())))
                    .ifPresent(requester -> AgentRequests.get()
                            .add(new QueuedBuild(
                                    QueueDemand.get(),
                                    node.getNodeName(),
                                    node.template(),
                                    node.licenses(),
                                    requester,
                                    service.clock().instant(),
                                    node.wasOnline()))); // otherwise no block has begun
        }
    }

    /** Returns for whom a template made a node; empty if the build or job is gone. */
    private static Optional<Requester> requester(LoadshareAgent node) {
        if (node.template() == null) {
            return Optional.empty();
        }
        Run<?, ?> run = Run.fromExternalizableId(node.build());
        if (run != null) {
            return Optional.of(Requester.of(run));
        }
        String job = node.build().substring(0, node.build().lastIndexOf('#'));
        return Optional.ofNullable(Jenkins.get().getItemByFullName(job, Job.class))
                .map(Requester::of);
    }

    @Override
    public void onResumed(FlowExecution execution) {
        Futures.addCallback(
                execution.getCurrentExecutions(false),
                new FutureCallback<List<StepExecution>>() {
                    @Override
                    public void onSuccess(List<StepExecution> steps) {
                        steps.forEach(AgentResumption::resume);
                    }

                    @Override
                    public void onFailure(Throwable e) {
                        LOGGER.log(Level.FINE, "The build of " + execution + " did not resume", e);
                    }
                },
                LoadshareService.get().workers());
    }

    private static void resume(StepExecution step) {
        try {
            FlowNode node = step.getContext().get(FlowNode.class);
            AgentRequestAction action = node == null ? null : node.getPersistentAction(AgentRequestAction.class);
            if (action != null) {
                AgentRequests.get().add(new BuildBlock(step, action));
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "A node of a build was not requested again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
