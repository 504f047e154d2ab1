package io.jenkins.plugins.loadshare.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.ConfiguredNames;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The Pipeline step {@code loadshareScan}, which measures all hosts now and returns one map for each host. */
public final class LoadshareScanStep extends Step {

    private String pool;
    private int minReachable;

    @DataBoundConstructor
    public LoadshareScanStep() {}

    public String getPool() {
        return pool;
    }

    @DataBoundSetter
    public void setPool(String pool) {
        this.pool = Util.fixEmptyAndTrim(pool);
    }

    public int getMinReachable() {
        return minReachable;
    }

    @DataBoundSetter
    public void setMinReachable(int minReachable) {
        this.minReachable = minReachable;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, pool, minReachable);
    }

    BuildScan toScan() {
        return new BuildScan(pool, minReachable);
    }

    /** A running scan. After a restart of Jenkins it starts again. */
    private static final class Execution extends StepExecution {

        private static final long serialVersionUID = 1L;

        /** Persistent. */
        private final String pool;

        /** Persistent. */
        private final int minReachable;

        Execution(StepContext context, String pool, int minReachable) {
            super(context);
            this.pool = pool;
            this.minReachable = minReachable;
        }

        @Override
        public boolean start() throws Exception {
            new BuildScan(pool, minReachable)
                    .start(
                            LoadshareService.get(),
                            getContext().get(Run.class),
                            getContext().get(TaskListener.class))
                    .whenComplete((hosts, failure) -> {
                        if (failure == null) {
                            getContext().onSuccess(hosts);
                        } else {
                            getContext()
                                    .onFailure(
                                            failure instanceof CompletionException wrapped
                                                    ? wrapped.getCause()
                                                    : failure);
                        }
                    });
            return false;
        }

        @Override
        public void onResume() {
            try {
                start();
            } catch (Exception e) {
                getContext().onFailure(e);
            }
        }
    }

    /** The descriptor of the step for Pipeline and its form. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "loadshareScan";
        }

        @Override
        public String getDisplayName() {
            return Messages.LoadshareScanStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }

        @POST
        public ComboBoxModel doFillPoolItems(@AncestorInPath Item item) {
            return PlacingStepDescriptor.suggest(item, ConfiguredNames::pools);
        }

        @POST
        public FormValidation doCheckPool(@AncestorInPath Item item, @QueryParameter String value) {
            return PlacingStepDescriptor.check(item, WithLoadshareStep::new, step -> step.setPool(value));
        }

        @POST
        public FormValidation doCheckMinReachable(@AncestorInPath Item item, @QueryParameter String value) {
            return PlacingStepDescriptor.mayConfigure(item)
                    ? FormValidation.validateNonNegativeInteger(value)
                    : FormValidation.ok();
        }
    }
}
