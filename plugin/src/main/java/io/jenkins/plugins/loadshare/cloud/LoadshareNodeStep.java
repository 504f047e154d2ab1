package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.steps.PlacingStep;
import io.jenkins.plugins.loadshare.steps.PlacingStepDescriptor;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStep;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.verb.POST;

/**
 * The Pipeline step {@code loadshareNode}, which runs its block on a Jenkins agent on the least loaded host. Its execution
 * is that of a {@code node} step for the name of a node that an {@link AgentRequest} creates.
 */
public final class LoadshareNodeStep extends PlacingStep {

    private static final long serialVersionUID = 1L;

    /** What happens to the workspace when the block is over. */
    public enum Workspace {
        KEEP,
        CLEAN
    }

    private Workspace workspace = Workspace.KEEP;

    @DataBoundConstructor
    public LoadshareNodeStep() {}

    /** Null for the default. */
    public String getWorkspace() {
        return workspace == Workspace.CLEAN ? "clean" : null;
    }

    /** @throws IllegalArgumentException if it is neither {@code keep} nor {@code clean} */
    @DataBoundSetter
    public void setWorkspace(String workspace) {
        this.workspace = switch (Util.fixNull(workspace)) {
            case "", "keep" -> Workspace.KEEP;
            case "clean" -> Workspace.CLEAN;
            default -> throw new IllegalArgumentException("workspace must be keep or clean, was '" + workspace + "'");
        };
    }

    /** Returns a copy that also requires a license. */
    LoadshareNodeStep with(String requiredLicense) {
        DescribableModel<LoadshareNodeStep> model = new DescribableModel<>(LoadshareNodeStep.class);
        try {
            LoadshareNodeStep copy =
                    model.instantiate(model.uninstantiate2(this).getArguments(), TaskListener.NULL);
            copy.require(requiredLicense);
            return copy;
        } catch (Exception e) {
            throw new IllegalStateException("the request cannot be copied: " + e.getMessage(), e);
        }
    }

    /** Returns whether the node of another step can serve this one. */
    boolean isServedBy(LoadshareNodeStep other) {
        return workspace == other.workspace && placesLike(other);
    }

    boolean cleansWorkspace() {
        return workspace == Workspace.CLEAN;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        LicenseProperty.of(context.get(Run.class).getParent()).ifPresent(this::require);
        check();
        String name = AgentRequests.newName();
        StepExecution execution = new ExecutorStep(name).start(context);
        FlowNode node = context.get(FlowNode.class);
        AgentRequestAction action = new AgentRequestAction(name, this);
        node.addAction(action);
        AgentRequests.get().add(new BuildBlock(execution, action));
        return execution;
    }

    @Override
    protected boolean isHolder() {
        return true;
    }

    @Override
    protected JobSpec toSpec(String id, Settings settings, Map<String, String> environment) {
        return JobSpec.of(id, new JobSpec.Script(AgentInstallation.SCRIPT))
                .withSlots(toWish().slots(settings.core()))
                .withEnvironment(environment)
                .withLimits(JobLimits.UNLIMITED);
    }

    /** The descriptor of the step for Pipeline and its form. */
    @Extension
    public static final class DescriptorImpl extends PlacingStepDescriptor {

        @Override
        public String getFunctionName() {
            return "loadshareNode";
        }

        @Override
        public String getDisplayName() {
            return Messages.LoadshareNodeStep_displayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @POST
        public ListBoxModel doFillWorkspaceItems() {
            return new ListBoxModel().add("keep").add("clean");
        }
    }
}
