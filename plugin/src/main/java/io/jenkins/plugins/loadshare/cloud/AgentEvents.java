package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueListener;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import jenkins.model.NodeListener;

/** The events of Jenkins that concern requests for nodes. */
final class AgentEvents {

    private AgentEvents() {}

    /** Withdraws a request whose build no longer waits. */
    @Extension
    public static final class Cancellation extends QueueListener {

        @Override
        public void onLeft(Queue.LeftItem item) {
            Label label = item.getAssignedLabel();
            AgentRequest request = label == null ? null : AgentRequests.get().find(label.getName());
            if (request != null && item.isCancelled() && request.isOf(item)) {
                request.release();
            }
        }
    }

    /**
     * Shows in the queue what a build waits for. Called under the lock of the queue, so it reads memory only. It comes
     * last, so that a build for which it gives the reason waits for nothing else, and is worth a node.
     */
    @Extension(ordinal = -1000)
    public static final class Reasons extends QueueTaskDispatcher {

        @Override
        public CauseOfBlockage canRun(Queue.Item item) {
            Label label = item.getAssignedLabel();
            AgentRequest request = label == null ? null : AgentRequests.get().find(label.getName());
            String why = request == null ? QueueDemand.get().reason(item) : request.status();
            return why == null ? null : new Waits(why);
        }
    }

    /** A build waits for its node. */
    static final class Waits extends CauseOfBlockage {

        private final String why;

        Waits(String why) {
            this.why = why;
        }

        @Override
        public String getShortDescription() {
            return why;
        }
    }

    /** Reports to requests when their node is deleted. */
    @Extension
    public static final class Deletions extends NodeListener {

        @Override
        protected void onDeleted(Node node) {
            AgentRequest request = AgentRequests.get().find(node.getNodeName());
            if (request != null) {
                request.deleted();
            }
        }
    }

    /** Reports to requests when their node is online or offline. */
    @Extension
    public static final class Connections extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            AgentRequest request = AgentRequests.get().find(computer.getName());
            if (request != null) {
                request.online(computer);
            }
        }

        @Override
        public void onOffline(Computer computer, OfflineCause cause) {
            AgentRequest request = AgentRequests.get().find(computer.getName());
            if (request != null) {
                request.offline(computer);
            }
        }
    }

    /** Records the build that starts on a node. */
    @Extension
    public static final class Starts extends RunListener<Run<?, ?>> {

        @Override
        public void onStarted(Run<?, ?> run, TaskListener listener) {
            Executor executor = run.getExecutor();
            AgentRequest request = executor == null
                    ? null
                    : AgentRequests.get().find(executor.getOwner().getName());
            if (request != null) {
                request.started(run, listener);
            }
        }
    }
}
