package io.jenkins.plugins.loadshare.nodes;

import hudson.model.LoadBalancer;
import hudson.model.Node;
import hudson.util.ConsistentHash;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jenkins.model.Jenkins;

/** Machines whose measurements a test sets; each node is on its own machine. */
public final class TestingMachines {

    private final Map<HostName, HostStatus> statuses = new LinkedHashMap<>();

    /** A machine that was measured just now; idle, with four cores, but for the change. */
    public TestingMachines machine(String node, UnaryOperator<ReportBuilder> change) {
        return machine(node, Duration.ZERO, change);
    }

    /** A machine that was measured some time ago. */
    TestingMachines machine(String node, Duration age, UnaryOperator<ReportBuilder> change) {
        ReportBuilder report = ReportBuilder.report(node, Instant.now().minus(age));
        statuses.put(new HostName(node), HostStatus.of(change.apply(report).build()));
        return this;
    }

    /** The installed balancer, with machines that the test sets. */
    static LeastLoadedBalancer balancer(LoadBalancer previous, Supplier<MachineLedger> books) {
        return new LeastLoadedBalancer(
                previous, Settings::current, LeastLoadedLabels.get(), books, NodeScans::busyExecutors);
    }

    /** The machines of all nodes of Jenkins, with the affinity that it has. */
    MachineInventory build() {
        return build(Jenkins.get().getNodes());
    }

    public MachineInventory build(Collection<Node> nodes) {
        HostInventory inventory = new HostInventory(
                statuses.keySet().stream().map(name -> Host.named(name.value())).toList(), List.of());
        Map<String, Integer> positions = new HashMap<>();
        inventory.hosts().forEach(host -> positions.put(host.name().value(), inventory.position(host.name())));
        Map<String, String> users = new HashMap<>();
        positions.keySet().forEach(node -> users.put(node, "jenkins"));
        Map<String, Integer> weights = new HashMap<>();
        nodes.forEach(node -> weights.put(node.getNodeName(), 100 * node.getNumExecutors()));
        ConsistentHash<String> affinity = new ConsistentHash<>();
        affinity.addAll(weights);
        return new MachineInventory(
                LoadBoard.of(inventory, statuses), positions, users, Set.of(), Optional.empty(), affinity);
    }
}
