package io.jenkins.plugins.loadshare.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementSettings;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class NodeLoadTest {

    private static Map<String, NodeLoad> all() {
        return NodeScans.get().loads(PlacementSettings.DEFAULT, Instant.now()).stream()
                .collect(Collectors.toMap(load -> load.computer().getName(), load -> load));
    }

    private static double score(NodeLoad load) {
        return load.line().map(Explanation.Line::score).orElseThrow().orElseThrow();
    }

    @Test
    void scoreIsThatOfTheBalancerForOneMoreBuild(JenkinsRule j) throws Exception {
        Yaml.load("nodes: { leastLoaded: true }");
        LocalNode.add("idle", 4, "any", "boot-idle");
        LocalNode.add("busy", 4, "busy", "boot-busy");
        Work work = new Work("build", "busy");
        j.jenkins.getQueue().schedule2(work, 0);
        work.node();
        NodeScans.get().scan();
        Map<String, NodeLoad> all = all();
        double cores = all.get("busy").status().report().orElseThrow().cores();
        assertThat(score(all.get("busy")) - score(all.get("idle"))).isCloseTo(1 / cores, within(1e-9));
        work.end();
    }

    @Test
    void ofANodeThatIsNotMeasuredNothingIsKnown(JenkinsRule j) throws Exception {
        Yaml.load("nodes: { leastLoaded: true }");
        LocalNode.add("windows", 1, "any", "boot-w", "Windows 11");
        NodeScans.get().scan();
        NodeLoad windows = all().get("windows");
        assertThat(windows.machine().isEmpty() && windows.line().isEmpty()).isTrue();
        assertThat(windows.status().report()).isEmpty();
    }
}
