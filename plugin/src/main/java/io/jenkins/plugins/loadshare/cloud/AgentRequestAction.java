package io.jenkins.plugins.loadshare.cloud;

import hudson.model.InvisibleAction;
import org.jenkinsci.plugins.workflow.actions.PersistentAction;

/** The request of a {@code loadshareNode} step, stored with its flow node, so that a restart finds it again. */
final class AgentRequestAction extends InvisibleAction implements PersistentAction {

    private final String name;
    private final LoadshareNodeStep step;
    private final long since = System.currentTimeMillis();

    AgentRequestAction(String name, LoadshareNodeStep step) {
        this.name = name;
        this.step = step;
    }

    /** The name of the node that the step waits for. */
    String name() {
        return name;
    }

    LoadshareNodeStep step() {
        return step;
    }

    /** When the step started, in milliseconds since the epoch. */
    long since() {
        return since;
    }
}
