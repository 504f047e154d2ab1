package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.ResourceList;
import hudson.model.queue.SubTask;
import hudson.security.ACL;
import hudson.security.AccessControlled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;

/** A task that occupies its executors until {@link #end}, and reports their nodes. */
public final class Work implements Queue.TransientTask, AccessControlled {

    private final String name;
    private final Label label;
    private final List<Part> parts = new ArrayList<>();
    private final CountDownLatch started;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<String, String> nodes = new ConcurrentHashMap<>();
    private Queue.Task owner = this;

    /** @param label where it may run; null for anywhere */
    public Work(String name, String label, Part... more) {
        this.name = name;
        this.label = label == null ? null : Jenkins.get().getLabel(label);
        this.parts.addAll(List.of(more));
        this.started = new CountDownLatch(1 + more.length);
    }

    /** Makes it a part of a job's build, as a {@code node} block of a Pipeline is. */
    public Work of(Queue.Task job) {
        owner = job;
        return this;
    }

    /** Another part of a task, which may run elsewhere. */
    public static final class Part implements SubTask {

        private final String label;
        private Work owner;

        Part(String label) {
            this.label = label;
        }

        @Override
        public Label getAssignedLabel() {
            return Jenkins.get().getLabel(label);
        }

        @Override
        public Queue.Executable createExecutable() {
            return owner.new Running(this);
        }

        @Override
        public Queue.Task getOwnerTask() {
            return owner;
        }

        @Override
        public String getDisplayName() {
            return "part for " + label;
        }
    }

    private final class Running implements Queue.Executable {

        private final SubTask part;

        Running(SubTask part) {
            this.part = part;
        }

        @Override
        public SubTask getParent() {
            return part;
        }

        @Override
        public void run() {
            Computer computer = Executor.currentExecutor().getOwner();
            nodes.put(part.getDisplayName(), computer.getName());
            started.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the test is over
            }
        }
    }

    /** What the Queue says. */
    public String why() {
        Queue.Item item = Jenkins.get().getQueue().getItem(this);
        return item == null ? "not in the queue" : item.getWhy();
    }

    /** Waits until it runs, for 30 s at most, and says where. */
    public String node() throws InterruptedException {
        return nodes().get(name);
    }

    /** As {@link #node}, of all its parts. */
    Map<String, String> nodes() throws InterruptedException {
        if (!started.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " did not start within 30 s: " + why());
        }
        return nodes;
    }

    public boolean isStarted() {
        return started.getCount() == 0;
    }

    public void end() {
        end.countDown();
    }

    /** How many of some tasks run on each node. */
    static Map<String, Integer> count(Collection<Work> works) throws InterruptedException {
        Map<String, Integer> counts = new TreeMap<>();
        for (Work work : works) {
            counts.merge(work.node(), 1, Integer::sum);
        }
        return counts;
    }

    @Override
    public Queue.Task getOwnerTask() {
        return owner;
    }

    @Override
    public ACL getACL() {
        return Jenkins.get().getACL(); // the Queue shows only what has one
    }

    @Override
    public Label getAssignedLabel() {
        return label;
    }

    @Override
    public Node getLastBuiltOn() {
        return null;
    }

    @Override
    public Collection<? extends SubTask> getSubTasks() {
        List<SubTask> all = new ArrayList<>(List.of(this));
        parts.forEach(part -> part.owner = this);
        all.addAll(parts);
        return all;
    }

    @Override
    public Queue.Executable createExecutable() {
        return new Running(this);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getFullDisplayName() {
        return name;
    }

    @Override
    public String getDisplayName() {
        return name;
    }

    @Override
    public String getUrl() {
        return name;
    }

    @Override
    public ResourceList getResourceList() {
        return ResourceList.EMPTY;
    }

    @Override
    public void checkAbortPermission() {
        throw new IllegalStateException("nobody aborts it");
    }

    @Override
    public boolean hasAbortPermission() {
        return false;
    }
}
