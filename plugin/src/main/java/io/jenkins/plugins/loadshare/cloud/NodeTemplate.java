package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Label;
import hudson.util.FormValidation;
import io.jenkins.plugins.loadshare.settings.EntryDescriptor;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.Durations;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A template of the {@link LoadshareCloud}: labels, and what a build for them requests. */
public final class NodeTemplate implements Describable<NodeTemplate>, Serializable {

    private static final long serialVersionUID = 1L;

    private final String label;
    private LoadshareNodeStep request = new LoadshareNodeStep();
    private Integer maxNodes;
    private Integer maxNodesPerFolder;
    private Integer maxNodesPerUser;
    private String idle;
    private String java;

    /** @throws IllegalArgumentException if the label is missing */
    @DataBoundConstructor
    public NodeTemplate(String label) {
        this.label = String.join(" ", Util.tokenize(Util.fixNull(label)));
        if (this.label.isEmpty()) {
            throw new IllegalArgumentException("label must not be empty");
        }
    }

    /** The labels of the nodes, separated by blanks. */
    public String getLabel() {
        return label;
    }

    /** What each build requests. */
    public LoadshareNodeStep getRequest() {
        return request;
    }

    @DataBoundSetter
    public void setRequest(LoadshareNodeStep request) {
        this.request = request;
    }

    /** Null for no limit. */
    public Integer getMaxNodes() {
        return maxNodes;
    }

    @DataBoundSetter
    public void setMaxNodes(Integer maxNodes) {
        this.maxNodes = positive("maxNodes", maxNodes);
    }

    /** Null for no limit. A folder includes everything in it; only folders of the top level count. */
    public Integer getMaxNodesPerFolder() {
        return maxNodesPerFolder;
    }

    @DataBoundSetter
    public void setMaxNodesPerFolder(Integer maxNodesPerFolder) {
        this.maxNodesPerFolder = positive("maxNodesPerFolder", maxNodesPerFolder);
    }

    /** Null for no limit. */
    public Integer getMaxNodesPerUser() {
        return maxNodesPerUser;
    }

    @DataBoundSetter
    public void setMaxNodesPerUser(Integer maxNodesPerUser) {
        this.maxNodesPerUser = positive("maxNodesPerUser", maxNodesPerUser);
    }

    private static Integer positive(String key, Integer value) {
        if (value != null && value < 1) {
            throw new IllegalArgumentException(key + " must be ≥ 1, was " + value);
        }
        return value;
    }

    /** How long a node waits for the next build of its job; null to remove it at once. */
    public String getIdle() {
        return idle;
    }

    @DataBoundSetter
    public void setIdle(String idle) {
        this.idle = Util.fixEmptyAndTrim(idle);
        idleTime();
    }

    /** The path of Java on the hosts; null for that of the settings. */
    public String getJava() {
        return java;
    }

    @DataBoundSetter
    public void setJava(String java) {
        this.java = Util.fixEmptyAndTrim(java);
        settings(Settings.Agents.DEFAULT);
    }

    Optional<Duration> idleTime() {
        try {
            return Optional.ofNullable(idle).map(Durations::parse).filter(time -> !time.isZero());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("idle: " + e.getMessage(), e);
        }
    }

    /** Returns the settings of the agents with the Java of this template. */
    Settings.Agents settings(Settings.Agents common) {
        return java == null ? common : new Settings.Agents(common.directory(), Optional.of(java));
    }

    boolean matches(Label wanted) {
        return wanted.matches(Label.parse(label));
    }

    /** Returns whether this template makes the same nodes as another one. Their limits may differ. */
    boolean makesNodesOf(NodeTemplate other) {
        return label.equals(other.label)
                && Objects.equals(idle, other.idle)
                && Objects.equals(java, other.java)
                && request.isServedBy(other.request);
    }

    /** Returns the request of a build that needs licenses on its node. */
    LoadshareNodeStep request(List<String> licenses) {
        LoadshareNodeStep whole = request;
        for (String license : licenses) {
            whole = whole.with(license);
        }
        return whole;
    }

    /** The form. */
    @Extension
    @Symbol("loadshareTemplate")
    public static final class DescriptorImpl extends EntryDescriptor<NodeTemplate> {

        @Override
        public String getDisplayName() {
            return Messages.NodeTemplate_displayName();
        }

        @POST
        public FormValidation doCheckLabel(@QueryParameter String value) {
            return validateRequired(value, () -> new NodeTemplate(value), template -> {});
        }

        @POST
        public FormValidation doCheckMaxNodes(@QueryParameter String value) {
            return checkLimit(value);
        }

        @POST
        public FormValidation doCheckMaxNodesPerFolder(@QueryParameter String value) {
            return checkLimit(value);
        }

        @POST
        public FormValidation doCheckMaxNodesPerUser(@QueryParameter String value) {
            return checkLimit(value);
        }

        private static FormValidation checkLimit(String value) {
            return Util.fixNull(value).isBlank() || !Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                    ? FormValidation.ok()
                    : FormValidation.validatePositiveInteger(value);
        }

        @POST
        public FormValidation doCheckIdle(@QueryParameter String value) {
            return validate(() -> new NodeTemplate("label"), template -> template.setIdle(value), template -> {});
        }

        @POST
        public FormValidation doCheckJava(@QueryParameter String value) {
            return validate(() -> new NodeTemplate("label"), template -> template.setJava(value), template -> {});
        }
    }
}
