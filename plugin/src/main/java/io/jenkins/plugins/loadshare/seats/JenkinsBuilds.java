package io.jenkins.plugins.loadshare.seats;

import hudson.init.InitMilestone;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.WorkUnit;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
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

    private Queued queued(Queue.Item item, List<String> licenses, Label label) {
        return new Queued(
                licenses,
                () -> run(item.task),
                item instanceof Queue.NotWaitingItem,
                name -> {
                    Node node = node(name);
                    return node != null && node.canTake(new Queue.BuildableItem((Queue.NotWaitingItem) item)) == null;
                },
                name -> {
                    Node node = node(name);
                    return label == null || node != null && label.contains(node);
                });
    }

    private static Optional<String> run(Queue.Task task) {
        return task.getOwnerExecutable() instanceof Run<?, ?> run
                ? Optional.of(run.getExternalizableId())
                : Optional.empty();
    }

    private Node node(String name) {
        return name.isEmpty() ? jenkins : jenkins.getNode(name);
    }

    @Override
    public Map<Long, Queued> queued() {
        Map<Long, Queued> queued = new HashMap<>();
        for (Queue.Item item : jenkins.getQueue().getItems()) {
            List<String> licenses = LicenseNeed.all(item);
            Label label = item.getAssignedLabel();
            if (!licenses.isEmpty() || label != null && label.isSelfLabel()) {
                queued.put(item.getId(), queued(item, licenses, label));
            }
        }
        return queued;
    }

    @Override
    public Map<Long, Running> running() {
        Map<Long, Running> running = new HashMap<>();
        for (Computer computer : jenkins.getComputers()) {
            for (Executor executor : computer.getExecutors()) {
                WorkUnit unit = executor.getCurrentWorkUnit();
                if (unit != null) {
                    Queue.Task task = unit.context.item.task;
                    running.put(unit.context.item.getId(), new Running(computer.getName(), () -> run(task)));
                }
            }
        }
        return running;
    }

    @Override
    public int busy(String node) {
        return NodeScans.busyExecutors(node);
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
