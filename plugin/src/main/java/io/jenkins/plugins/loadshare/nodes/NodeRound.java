package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Computer;
import hudson.remoting.VirtualChannel;
import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.Probe;
import io.loadshare.transport.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One round of measurements: all agents at once, with one common deadline. */
final class NodeRound {

    /** A placeholder. The machine's name is determined afterwards, from all nodes and hosts. */
    private static final HostName UNNAMED = new HostName("node");

    private record Answer(NodeSample sample, Instant at) {}

    private NodeRound() {}

    /**
     * @param channels the channels to the agents, by node name
     * @param measured receives the results, except for nodes that do not run Linux
     */
    static void measure(
            Map<String, VirtualChannel> channels, Probe probe, Duration timeout, Map<String, MeasuredNode> measured)
            throws InterruptedException {
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
                    take(node, found, probe, measured);
                } catch (TimeoutException e) {
                    fail(node, "agent did not answer within " + deadline.words(), measured);
                } catch (ExecutionException e) {
                    fail(node, "agent: " + e.getCause(), measured);
                }
            }
        } finally {
            answers.values().forEach(answer -> answer.cancel(true));
        }
    }

    private static void take(String node, Answer answer, Probe probe, Map<String, MeasuredNode> measured) {
        NodeSample sample = answer.sample();
        if (!sample.isLinux()) {
            measured.remove(node);
            return;
        }
        try {
            LoadReport report = probe.read(sample.report(), UNNAMED, answer.at());
            measured.put(node, new MeasuredNode(node, sample, report.bootId(), HostStatus.of(report)));
        } catch (LoadshareException e) {
            fail(node, e.getMessage(), measured);
        }
    }

    /** Keeps a node that never answered unknown. */
    private static void fail(String node, String reason, Map<String, MeasuredNode> measured) {
        measured.computeIfPresent(
                node,
                (name, old) -> new MeasuredNode(
                        name, old.sample(), old.bootId(), old.status().withFailure(reason, Instant.now())));
    }
}
