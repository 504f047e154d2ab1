package io.jenkins.plugins.loadshare.cloud;

import hudson.ExtensionList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentDescriptor;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.RetryableDeclarativeAgent;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.variant.OptionalExtension;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code agent { loadshare { … } }} of a Declarative Pipeline, which is {@code loadshareNode} with the same parameters.
 * Exists if Declarative Pipelines are installed.
 */
public final class LoadshareAgentDirective extends RetryableDeclarativeAgent<LoadshareAgentDirective> {

    private static final long serialVersionUID = 1L;

    private final LoadshareNodeStep step = new LoadshareNodeStep();

    @DataBoundConstructor
    public LoadshareAgentDirective() {}

    /** Returns the parameters of the step {@code loadshareNode}, for the script that runs it. */
    public Map<String, Object> arguments() {
        return new HashMap<>(new DescribableModel<>(LoadshareNodeStep.class)
                .uninstantiate2(step)
                .getArguments());
    }

    public String getPool() {
        return step.getPool();
    }

    @DataBoundSetter
    public void setPool(String pool) {
        step.setPool(pool);
    }

    public String getSoftware() {
        return step.getSoftware();
    }

    @DataBoundSetter
    public void setSoftware(String software) {
        step.setSoftware(software);
    }

    public String getHosts() {
        return step.getHosts();
    }

    @DataBoundSetter
    public void setHosts(String hosts) {
        step.setHosts(hosts);
    }

    public String getLicense() {
        return step.getLicense();
    }

    @DataBoundSetter
    public void setLicense(String license) {
        step.setLicense(license);
    }

    public List<String> getTags() {
        return step.getTags();
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        step.setTags(tags);
    }

    public String getMinMemory() {
        return step.getMinMemory();
    }

    @DataBoundSetter
    public void setMinMemory(String minMemory) {
        step.setMinMemory(minMemory);
    }

    public String getMinCores() {
        return step.getMinCores();
    }

    @DataBoundSetter
    public void setMinCores(String minCores) {
        step.setMinCores(minCores);
    }

    public String getMaxLoad() {
        return step.getMaxLoad();
    }

    @DataBoundSetter
    public void setMaxLoad(String maxLoad) {
        step.setMaxLoad(maxLoad);
    }

    public Integer getSlots() {
        return step.getSlots();
    }

    @DataBoundSetter
    public void setSlots(Integer slots) {
        step.setSlots(slots);
    }

    public String getWait() {
        return step.getWait();
    }

    @DataBoundSetter
    public void setWait(String wait) {
        step.setWait(wait);
    }

    public String getCredentialsId() {
        return step.getCredentialsId();
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        step.setCredentialsId(credentialsId);
    }

    public String getWorkspace() {
        return step.getWorkspace();
    }

    @DataBoundSetter
    public void setWorkspace(String workspace) {
        step.setWorkspace(workspace);
    }

    /** The descriptor. */
    @OptionalExtension(requirePlugins = "pipeline-model-definition")
    @Symbol("loadshare")
    public static final class DescriptorImpl extends DeclarativeAgentDescriptor<LoadshareAgentDirective> {

        @Override
        public String getDisplayName() {
            return Messages.LoadshareNodeStep_displayName();
        }

        /** Returns the help of the step, which has the same fields. */
        @Override
        public String getHelpFile(String field) {
            return field == null
                    ? super.getHelpFile(null)
                    : ExtensionList.lookupSingleton(LoadshareNodeStep.DescriptorImpl.class)
                            .getHelpFile(field);
        }
    }
}
