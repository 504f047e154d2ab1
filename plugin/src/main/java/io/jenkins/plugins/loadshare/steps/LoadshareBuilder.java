package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.model.Descriptor;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.job.JobState;
import java.io.IOException;
import java.util.OptionalInt;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * The freestyle build step "Run on the least loaded host", which does the same as the Pipeline step. It occupies its
 * executor and does not survive a restart of Jenkins. The job on the host does, as an orphan.
 */
public final class LoadshareBuilder extends Builder {

    private final LoadshareStep step;

    @DataBoundConstructor
    public LoadshareBuilder(LoadshareStep step) {
        this.step = step;
    }

    public LoadshareStep getStep() {
        return step;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        step.check();
        LoadshareService service = LoadshareService.get();
        FreestyleOwner owner =
                new FreestyleOwner(build, listener, service.clock().instant());
        StepJob job = new StepJob(service, step, owner);
        job.begin();
        JobState state;
        try {
            state = owner.await();
        } catch (InterruptedException e) {
            job.stop(new AbortException("The build was stopped"));
            owner.awaitStop();
            throw e;
        }
        OptionalInt status = state.exitStatus();
        if (status.isEmpty() || status.getAsInt() != 0) {
            throw new AbortException(EndMessages.words(state));
        }
        return true;
    }

    /** The descriptor, which validates the form. */
    @Extension
    @Symbol("loadshare")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {

        @Override
        public String getDisplayName() {
            return Messages.LoadshareBuilder_displayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }

        /** Returns the descriptor of the wrapped step, whose fields and help the form shows. */
        public Descriptor<?> getStepDescriptor() {
            return Jenkins.get().getDescriptorOrDie(LoadshareStep.class);
        }
    }
}
