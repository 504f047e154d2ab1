package io.jenkins.plugins.loadshare.cloud;

import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.Requester;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import java.io.IOException;
import java.time.Instant;

/** What a node is requested for, and used by. Thread-safe. */
interface AgentUser {

    /** Returns the name of the node. */
    String node();

    Requester requester();

    /** Returns the id of this use, unique within the build. */
    String id();

    /** Returns the requirements of the node. */
    LoadshareNodeStep step();

    /** Returns the settings of its agent. */
    default Settings.Agents settings(Settings.Agents common) {
        return common;
    }

    /** Returns the log of the build. */
    TaskListener listener() throws IOException, InterruptedException;

    /** Returns where the placements of the node are recorded. */
    PlacesAction places();

    /** Returns when it first asked for the node, even if that was before a restart. */
    Instant since();

    /** Returns whether it needs no node any more. */
    boolean isOver();

    /** Returns the node to add to Jenkins. */
    LoadshareAgent create(String description, String directory)
            throws IOException, hudson.model.Descriptor.FormException;

    /** Returns whether it waits in Jenkins' queue for its node, and must be queued again if it is not there. */
    boolean isQueued();

    /** Queues it again. */
    void queueAgain() throws Exception;

    /**
     * Called when its request has ended, before the node and the request are removed.
     *
     * @param released whether this was the end of its use of the node
     */
    void failed(Throwable cause, boolean released);
}
