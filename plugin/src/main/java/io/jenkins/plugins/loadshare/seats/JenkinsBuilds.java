package io.jenkins.plugins.loadshare.seats;

import hudson.init.InitMilestone;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.WorkUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import jenkins.model.Jenkins;

/** The builds and nodes of a Jenkins. */
final class JenkinsBuilds implements Builds {

    private final Jenkins jenkins;

    JenkinsBuilds(Jenkins jenkins) {
        this.jenkins = jenkins;
    }

    private final class QueuedItem implements Queued {

        private final Queue.Item item;
        private final String license;

        QueuedItem(Queue.Item item, String license) {
            this.item = item;
            this.license = license;
        }

        @Override
        public String license() {
            return license;
        }

        @Override
        public Optional<String> run() {
            return item.task.getOwnerExecutable() instanceof Run<?, ?> run
                    ? Optional.of(run.getExternalizableId())
                    : Optional.empty();
        }

        @Override
        public boolean isDue() {
            return item instanceof Queue.NotWaitingItem;
        }

        @Override
        public boolean mayRunOn(String name) {
            Node node = node(name);
            return node != null && node.canTake(new Queue.BuildableItem((Queue.NotWaitingItem) item)) == null;
        }

        @Override
        public boolean mayHaveRunOn(String name) {
            Label label = item.task.getAssignedLabel();
            Node node = node(name);
            return label == null || node != null && label.contains(node);
        }
    }

    private Node node(String name) {
        return name.isEmpty() ? jenkins : jenkins.getNode(name);
    }

    @Override
    public Map<Long, Queued> queued() {
        Map<Long, Queued> queued = new HashMap<>();
        for (Queue.Item item : jenkins.getQueue().getItems()) {
            LicenseNeed.any(item.task).ifPresent(license -> queued.put(item.getId(), new QueuedItem(item, license)));
        }
        return queued;
    }

    @Override
    public Map<Long, String> running() {
        Map<Long, String> nodes = new HashMap<>();
        for (Computer computer : jenkins.getComputers()) {
            for (Executor executor : computer.getExecutors()) {
                WorkUnit unit = executor.getCurrentWorkUnit();
                if (unit != null) {
                    nodes.put(unit.context.item.getId(), computer.getName());
                }
            }
        }
        return nodes;
    }

    @Override
    public int busy(String node) {
        Computer computer = jenkins.getComputer(node);
        return computer == null ? 0 : computer.countBusy();
    }

    @Override
    public int idle(String node) {
        Computer computer = jenkins.getComputer(node);
        return computer != null && computer.isOnline() && computer.isAcceptingTasks() ? computer.countIdle() : 0;
    }

    @Override
    public boolean isQuietingDown() {
        return jenkins.isQuietingDown();
    }

    @Override
    public boolean areLoaded() {
        return jenkins.getInitLevel() == InitMilestone.COMPLETED;
    }

    @Override
    public boolean isBuilding(String id) {
        Run<?, ?> run = Run.fromExternalizableId(id);
        return run != null && run.isBuilding();
    }

    @Override
    public <T> Optional<T> ifWaiting(long item, Supplier<T> action) {
        List<T> result = new ArrayList<>();
        Queue queue = jenkins.getQueue();
        Queue.withLock(() -> {
            Queue.Item current = queue.getItem(item);
            if (current != null && !queue.isPending(current.task)) {
                result.add(action.get());
            }
        });
        return result.stream().findFirst();
    }

    @Override
    public void startWaiting() {
        jenkins.getQueue().scheduleMaintenance();
    }
}
