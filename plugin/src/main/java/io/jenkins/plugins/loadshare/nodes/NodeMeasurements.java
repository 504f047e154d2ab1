package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.remoting.VirtualChannel;
import hudson.util.ConsistentHash;
import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.Probe;
import io.loadshare.transport.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Measures the machines of nodes through their agents, all at once with one common deadline, and keeps the last
 * measurement of each node. One thread at a time.
 */
final class NodeMeasurements {

    /** A placeholder. The machine's name is determined afterwards, from all nodes and hosts. */
    private static final HostName UNNAMED = new HostName("node");

    private final Map<String, MeasuredNode> measured = new TreeMap<>();
    private Map<String, Integer> executors = Map.of();
    private ConsistentHash<String> affinity = new ConsistentHash<>();

    private record Answer(NodeSample sample, Instant at) {}

    /**
     * Measures nodes. Those that do not run Linux are forgotten.
     *
     * @param channels the channels to the agents, by node name
     */
    void measure(Map<String, VirtualChannel> channels, Probe probe, Duration timeout) throws InterruptedException {
        NodeProbe task = new NodeProbe(probe.script(), Probe.MAX_OUTPUT, timeout.toMillis());
        Deadline deadline = Deadline.after(timeout, System::nanoTime);
        Map<String, Future<Answer>> answers = new HashMap<>();
        // Each call has its own thread, because a call to a hung agent may block before it is sent.
        channels.forEach((node, channel) -> answers.put(
                node, Computer.threadPoolForRemoting.submit(() -> new Answer(channel.call(task), Instant.now()))));
        try {
            for (Map.Entry<String, Future<Answer>> answer : answers.entrySet()) {
                String node = answer.getKey();
                try {
                    Answer found = answer.getValue().get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                    take(node, found, probe);
                } catch (TimeoutException e) {
                    fail(node, "agent did not answer within " + deadline.words());
                } catch (ExecutionException e) {
                    fail(node, "agent: " + e.getCause());
                }
            }
        } finally {
            answers.values().forEach(answer -> answer.cancel(true));
        }
    }

    private void take(String node, Answer answer, Probe probe) {
        NodeSample sample = answer.sample();
        if (!sample.isLinux()) {
            measured.remove(node);
            return;
        }
        try {
            LoadReport report = probe.read(sample.report(), UNNAMED, answer.at());
            measured.put(node, new MeasuredNode(node, sample, report.boot().id(), HostStatus.of(report)));
        } catch (LoadshareException e) {
            fail(node, e.getMessage());
        }
    }

    /** Keeps a node that never answered unknown. */
    private void fail(String node, String reason) {
        measured.computeIfPresent(
                node,
                (name, old) -> new MeasuredNode(
                        name, old.sample(), old.bootId(), old.status().withFailure(reason, Instant.now())));
    }

    /**
     * Returns the machines of all measured nodes.
     *
     * @param nodes all nodes of Jenkins; others are forgotten
     * @param label the nodes that are ranked by load; empty for all
     * @param hosts the load of the configured hosts
     * @param before the current machines
     */
    MachineInventory machines(Collection<Node> nodes, Optional<Label> label, LoadBoard hosts, MachineInventory before) {
        Map<String, Integer> count = new HashMap<>();
        Set<String> covered = new HashSet<>();
        for (Node node : nodes) {
            count.put(node.getNodeName(), node.getNumExecutors());
            if (label.isPresent() && label.get().contains(node)) {
                covered.add(node.getNodeName());
            }
        }
        measured.keySet().retainAll(count.keySet());
        return new MachineInventory.Builder(hosts, before.board().inventory())
                .build(measured.values(), covered, label, affinity(count));
    }

    /** Rebuilt only when nodes have changed, because it is expensive. */
    private ConsistentHash<String> affinity(Map<String, Integer> count) {
        if (!count.equals(executors)) {
            Map<String, Integer> weights = new HashMap<>();
            count.forEach((node, number) -> weights.put(node, 100 * number));
            affinity = new ConsistentHash<>();
            affinity.addAll(weights);
            executors = count;
        }
        return affinity;
    }

    /** Returns the status of each Linux node that has ever answered, by name. */
    Map<String, HostStatus> statuses() {
        return measured.values().stream()
                .collect(Collectors.toUnmodifiableMap(MeasuredNode::name, MeasuredNode::status));
    }
}
