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
import java.util.concurrent.ExecutionException;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The freestyle build step "Scan the load of all hosts", which does the same as the Pipeline step. */
public final class ScanBuilder extends Builder {

    private final LoadshareScanStep step;

    @DataBoundConstructor
    public ScanBuilder(LoadshareScanStep step) {
        this.step = step;
    }

    public LoadshareScanStep getStep() {
        return step;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, AbortException {
        try {
            step.toScan().start(LoadshareService.get(), build, listener).get();
            return true;
        } catch (ExecutionException e) {
            throw new AbortException(e.getCause().getMessage());
        }
    }

    /** The descriptor, which validates the form. */
    @Extension
    @Symbol("loadshareScan")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {

        @Override
        public String getDisplayName() {
            return Messages.ScanBuilder_displayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }

        /** Returns the descriptor of the wrapped step, whose fields and help the form shows. */
        public Descriptor<?> getStepDescriptor() {
            return Jenkins.get().getDescriptorOrDie(LoadshareScanStep.class);
        }
    }
}
