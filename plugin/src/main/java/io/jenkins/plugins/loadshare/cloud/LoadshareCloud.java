package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.model.Descriptor;
import hudson.model.Label;
import hudson.slaves.Cloud;
import hudson.slaves.NodeProvisioner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The cloud whose {@linkplain NodeTemplate templates} map labels to requests. Each build in Jenkins' queue for such a
 * label gets a node of its own on the least loaded host, which {@link QueueDemand} requests.
 */
public final class LoadshareCloud extends Cloud {

    private List<NodeTemplate> templates = new ArrayList<>();

    @DataBoundConstructor
    public LoadshareCloud(String name) {
        super(name);
    }

    public List<NodeTemplate> getTemplates() {
        return templates;
    }

    @DataBoundSetter
    public void setTemplates(List<NodeTemplate> templates) {
        this.templates = new ArrayList<>(templates);
    }

    private Optional<NodeTemplate> template(Label label) {
        return templates.stream().filter(template -> template.matches(label)).findFirst();
    }

    /** Returns true for the labels of the templates, so that Jenkins does not report that no node has the label. */
    @Override
    public boolean canProvision(CloudState state) {
        return state.getLabel() != null && template(state.getLabel()).isPresent();
    }

    /**
     * Returns nothing. Jenkins asks here for a number of nodes for a label, from an average of the past. Which node a
     * build gets depends on the build: its job, folder, user, credentials and license. So {@link QueueDemand} requests
     * the node of each build at once.
     */
    @Override
    public Collection<NodeProvisioner.PlannedNode> provision(CloudState state, int excessWorkload) {
        return List.of();
    }

    private static Stream<Cloud> clouds() {
        return Jenkins.get().clouds.stream();
    }

    /** Returns the first template for a label. */
    static Optional<NodeTemplate> templateFor(Label label) {
        return label == null
                ? Optional.empty()
                : clouds().filter(LoadshareCloud.class::isInstance)
                        .flatMap(cloud -> ((LoadshareCloud) cloud).template(label).stream())
                        .findFirst();
    }

    /** Returns whether a configured template makes the same nodes as this one. */
    static boolean hasNodesOf(NodeTemplate template) {
        return clouds().filter(LoadshareCloud.class::isInstance)
                .flatMap(cloud -> ((LoadshareCloud) cloud).templates.stream())
                .anyMatch(each -> each.makesNodesOf(template));
    }

    /** Returns whether only nodes of templates can have a label. Called under the Queue's lock. */
    static boolean isSole(Label label) {
        return templateFor(label).isPresent()
                && label.getNodes().stream().allMatch(LoadshareAgent.class::isInstance)
                && clouds().noneMatch(cloud ->
                        !(cloud instanceof LoadshareCloud) && cloud.canProvision(new CloudState(label, 0)));
    }

    /** The form. */
    @Extension
    @Symbol("loadshare")
    public static final class DescriptorImpl extends Descriptor<Cloud> {

        @Override
        public String getDisplayName() {
            return Messages.LoadshareCloud_displayName();
        }
    }
}
