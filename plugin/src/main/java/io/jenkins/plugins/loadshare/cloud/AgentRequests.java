package io.jenkins.plugins.loadshare.cloud;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Descriptor;
import hudson.model.Executor;
import hudson.model.Label;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.loadshare.nodes.PlacedNodes;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.host.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.CauseOfInterruption;
import jenkins.model.Jenkins;

/**
 * All requests for nodes by the name of the node, and the nodes themselves. It passes the events of Jenkins on to the
 * requests, and removes nodes that nothing uses any more. Thread-safe.
 */
@Extension
public final class AgentRequests extends PeriodicWork implements PlacedNodes {

    private static final Logger LOGGER = Logger.getLogger(AgentRequests.class.getName());
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final Duration DISCONNECT_LIMIT = Duration.ofSeconds(30);

    private final Map<String, AgentRequest> requests = new ConcurrentHashMap<>();

    static AgentRequests get() {
        return ExtensionList.lookupSingleton(AgentRequests.class);
    }

    /** Returns a name for a new node. */
    static String newName() {
        return "loadshare-" + UUID.randomUUID().toString().substring(0, 13);
    }

    /** Begins a request, or resumes it. */
    AgentRequest add(AgentUser user) {
        AgentRequest request = new AgentRequest(LoadshareService.get(), this, user);
        AgentRequest known = requests.putIfAbsent(user.node(), request);
        if (known == null) {
            request.begin();
        }
        return known == null ? request : known;
    }

    /** Returns the requests for builds in Jenkins' queue, until their nodes are removed. */
    List<AgentRequest> ofQueue() {
        return requests.values().stream()
                .filter(request -> request.user() instanceof QueuedBuild)
                .toList();
    }

    /** Returns the request for the node with this name; null if it does not exist. */
    AgentRequest find(String name) {
        return requests.get(name);
    }

    @Override
    public boolean hold(Label label) {
        return exist(label.getName()) || LoadshareCloud.isSole(label);
    }

    @Override
    public boolean exist(String name) {
        return find(name) != null || node(name) != null;
    }

    void remove(AgentRequest request) {
        requests.remove(request.name(), request);
        QueueDemand.get().compareSoon(); // a limit may allow another node now
    }

    void release(String name) {
        AgentRequest request = find(name);
        if (request != null) {
            request.release();
        }
    }

    /** Returns a directory on a host that no other node uses, so that nodes do not share workspaces. */
    synchronized String freeDirectory(String agents, Host host) {
        String base = agents + "/" + Jenkins.get().getLegacyInstanceId().substring(0, 8) + "/" + host.name() + "/";
        Set<String> used = Stream.concat(
                        requests.values().stream().map(AgentRequest::directory),
                        nodes().stream().map(LoadshareAgent::getRemoteFS))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        int number = 1;
        while (used.contains(base + number)) {
            number++;
        }
        return base + number;
    }

    static List<LoadshareAgent> nodes() {
        return Jenkins.get().getNodes().stream()
                .filter(LoadshareAgent.class::isInstance)
                .map(LoadshareAgent.class::cast)
                .toList();
    }

    LoadshareAgent node(String name) {
        return Jenkins.get().getNode(name) instanceof LoadshareAgent agent ? agent : null;
    }

    /** Returns whether a computer is that of the present node of this name. */
    boolean isOf(Computer computer, String name) {
        LoadshareAgent node = node(name);
        return node != null && node.toComputer() == computer;
    }

    void addNode(AgentUser user, String description, String directory) {
        try {
            Jenkins.get().addNode(user.create(description, directory));
        } catch (IOException | Descriptor.FormException e) {
            throw new IllegalStateException("node " + user.node() + " cannot be created: " + e.getMessage(), e);
        }
    }

    private static List<Queue.Item> queued(String name) {
        return Stream.of(Jenkins.get().getQueue().getItems())
                .filter(item -> item.getAssignedLabel() != null
                        && item.getAssignedLabel().getName().equals(name))
                .toList();
    }

    /** Returns whether a node is ready, but runs nothing and nothing waits for it. */
    boolean isUnused(String name) {
        LoadshareAgent node = node(name);
        Computer computer = node == null ? null : node.toComputer();
        return computer != null
                && computer.isOnline()
                && computer.isIdle()
                && queued(name).isEmpty();
    }

    /** Returns whether a node runs a build, is to continue one, or takes no builds any more. */
    boolean isBusy(String name) {
        LoadshareAgent node = node(name);
        Computer computer = node == null ? null : node.toComputer();
        return computer != null && (computer.countBusy() > 0 || !computer.isAcceptingTasks())
                || !queued(name).isEmpty();
    }

    /**
     * Aborts the block that runs on a node.
     *
     * @return false if no block runs there
     */
    boolean interrupt(String name, CauseOfInterruption cause) {
        LoadshareAgent node = node(name);
        Computer computer = node == null ? null : node.toComputer();
        List<Executor> busy = computer == null
                ? List.of()
                : computer.getExecutors().stream().filter(Executor::isBusy).toList();
        busy.forEach(executor -> executor.interrupt(Result.ABORTED, cause));
        return !busy.isEmpty();
    }

    /** Connects a node in the background, if it exists and is not connected. */
    void connect(String name) {
        LoadshareAgent node = node(name);
        Computer computer = node == null ? null : node.toComputer();
        if (computer != null) {
            computer.connect(false);
        }
    }

    /** Removes a node. Does nothing if it does not exist. */
    void removeNode(String name) {
        LoadshareAgent node = node(name);
        if (node != null) {
            try {
                Jenkins.get().removeNode(node);
            } catch (IOException e) {
                throw new UncheckedIOException("node " + name + " cannot be removed: " + e.getMessage(), e);
            }
        }
    }

    /** Disconnects and removes a node, which ends its block, and releases its request. */
    void terminate(String name) {
        queued(name).forEach(Jenkins.get().getQueue()::cancel); // a block that resumes waits there
        LoadshareAgent node = node(name);
        if (node == null) {
            release(name);
            return;
        }
        try {
            Computer computer = node.toComputer();
            if (computer != null) {
                computer.disconnect(new OfflineCause.ChannelTermination(null))
                        .get(DISCONNECT_LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            node.terminate();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, "Node " + name + " was not removed", e);
        }
    }

    @Override
    public long getRecurrencePeriod() {
        return SWEEP.toMillis();
    }

    /** Ends what remains after a kill of Jenkins or an event that was missed. */
    @Override
    protected void doRun() {
        requests.values().forEach(AgentRequest::check);
        QueueDemand.get().compareSoon();
        LoadshareService service = LoadshareService.get();
        for (LoadshareAgent node : nodes()) {
            boolean resumes = node.flowNode() != null && service.jobs().isActive(node.build(), node.flowNode());
            if (find(node.getNodeName()) == null && !resumes) {
                terminate(node.getNodeName());
            }
        }
    }
}
