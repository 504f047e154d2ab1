package io.jenkins.plugins.loadshare.steps;

import hudson.Extension;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * The Pipeline step {@code withLoadshare}, which holds a slot on the least loaded host while its block runs. A job that
 * does nothing holds the slot, so every measurement of the host shows it.
 */
public final class WithLoadshareStep extends PlacingStep {

    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public WithLoadshareStep() {}

    @Override
    public StepExecution start(StepContext context) throws IOException, InterruptedException {
        check();
        followDesktop(context);
        return new BlockExecution(context, this);
    }

    @Override
    protected boolean isHolder() {
        return true;
    }

    @Override
    protected JobSpec toSpec(String id, Settings settings, Map<String, String> environment) {
        return JobSpec.of(id, new JobSpec.Argv(List.of("sleep", "2147483647")))
                .withSlots(toWish().slots(settings.core()))
                .withLimits(JobLimits.UNLIMITED); // the block would run on without its slot
    }

    /** The descriptor of the step for Pipeline and its form. */
    @Extension
    public static final class DescriptorImpl extends PlacingStepDescriptor {

        @Override
        public String getFunctionName() {
            return "withLoadshare";
        }

        @Override
        public String getDisplayName() {
            return Messages.WithLoadshareStep_displayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }
    }
}
