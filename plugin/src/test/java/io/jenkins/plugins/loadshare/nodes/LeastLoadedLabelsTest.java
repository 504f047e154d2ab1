package io.jenkins.plugins.loadshare.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.LoadBalancer;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Queue.Task;
import hudson.model.labels.LabelAtom;
import hudson.model.queue.MappingWorksheet;
import hudson.model.queue.MappingWorksheet.Mapping;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.nodes.LabelPlacements.Candidate;
import io.jenkins.plugins.loadshare.nodes.LabelPlacements.LabelPlacement;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class LeastLoadedLabelsTest {

    private static JenkinsRule j;
    private static LoadBalancer installed;

    private final List<Work> works = new ArrayList<>();
    private final List<String> leftToJenkins = new ArrayList<>();

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
        installed = j.jenkins.getQueue().getLoadBalancer();
    }

    @BeforeEach
    void addNodes() throws Exception {
        for (int i = 1; i <= 5; i++) {
            LocalNode.add("n" + i, 8, "vnc all" + (i < 3 ? " meg" : ""), "boot-" + i);
        }
        configure("vnc", "");
    }

    @AfterEach
    void clean() throws Exception {
        works.forEach(Work::end);
        j.jenkins.getQueue().setLoadBalancer(installed);
        for (LabelAtom atom : j.jenkins.getLabelAtoms()) {
            atom.getProperties().clear();
            atom.save();
        }
        SharedJenkins.empty(j);
    }

    /** Sets the property of a label by Configuration as Code. */
    private static void configure(String label, String property) throws Exception {
        Yaml.loadWhole("jenkins:\n  labelAtoms:\n    - name: \"" + label + "\"\n      properties: [ leastLoaded: {"
                + property + "} ]\n");
    }

    /** Installs the balancer with equal machines, over one that records what is left to Jenkins. */
    private void measure() {
        TestingMachines machines = new TestingMachines();
        j.jenkins.getNodes().forEach(node -> machines.machine(node.getNodeName(), report -> report));
        MachineLedger known = MachineLedger.none(machines.build());
        install(() -> known);
    }

    private void install(Supplier<MachineLedger> known) {
        LoadBalancer recording = new LoadBalancer() {
            @Override
            public Mapping map(Task task, MappingWorksheet worksheet) {
                leftToJenkins.add(task.getName());
                return LoadBalancer.CONSISTENT_HASH.map(task, worksheet);
            }
        };
        j.jenkins.getQueue().setLoadBalancer(TestingMachines.balancer(recording, known));
    }

    private Map<String, Integer> place(String name, int count, String label) throws Exception {
        List<Work> builds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            builds.add(new Work(name + i, label));
        }
        works.addAll(builds);
        Queue queue = j.jenkins.getQueue();
        Queue.withLock((Callable<Void>) () -> {
            builds.forEach(work -> queue.schedule2(work, 0));
            queue.maintain();
            return null;
        });
        return Work.count(builds);
    }

    private static boolean isLeastLoaded(String label) {
        return !LeastLoadedLabels.get().atoms(Label.get(label)).isEmpty();
    }

    @Test
    void buildsForTheLabelAreSpreadAndThoseForAnotherAreLeftToJenkins() throws Exception {
        measure();
        assertThat(place("vnc", 20, "vnc").values().toString()).isEqualTo("[4, 4, 4, 4, 4]");
        assertThat(leftToJenkins).isEmpty();
        works.forEach(Work::end);
        Waiting.until("idle nodes", () -> Label.get("vnc").getBusyExecutors() == 0);
        place("all", 20, "all");
        assertThat(leftToJenkins).hasSizeGreaterThanOrEqualTo(20).allMatch(name -> name.startsWith("all"));
    }

    @Test
    void expressionHasTheStrategyOfTheAtomsThatItRequests() throws Exception {
        configure("n5", "");
        for (String label :
                new String[] {"vnc", "vnc && all", "all&&vnc", "vnc || meg", "(vnc) && !meg", "least-loaded"}) {
            assertThat(isLeastLoaded(label)).as(label).isTrue();
        }
        for (String label :
                new String[] {"all", "!vnc", "all && !(meg && vnc)", "vnc -> all", "vnc <-> all", "n5", "n5 && all"}) {
            assertThat(isLeastLoaded(label)).as(label).isFalse();
        }
        assertThat(LeastLoadedLabels.get().atoms(null)).isEmpty();
    }

    @Test
    void taskIsDecidedOnlyIfAllItsPartsAreForSuchLabels() throws Exception {
        measure();
        for (String other : new String[] {"meg", "vnc && meg"}) {
            Work work = new Work("with " + other, "vnc", new Work.Part(other));
            works.add(work);
            j.jenkins.getQueue().schedule2(work, 0);
            work.nodes();
        }
        assertThat(leftToJenkins).containsOnly("with meg");
    }

    @Test
    void nodesHaveTheConstantLabelWhereBuildsArePlacedByLoad() throws Exception {
        LocalNode.add("other", 1, "gpu");
        LocalNode exclusive = LocalNode.add("exclusive", 1, "vnc");
        exclusive.setMode(Node.Mode.EXCLUSIVE);
        j.jenkins.updateNode(exclusive);
        assertThat(covered()).containsExactly("n1", "n2", "n3", "n4", "n5");
        Yaml.load("nodes: { leastLoaded: true, label: gpu }");
        assertThat(covered()).contains("other").doesNotContain("exclusive");
        exclusive.setLabelString("vnc least-loaded");
        assertThat(covered()).contains("exclusive");
        Yaml.load("nodes: { leastLoaded: true }");
        configure("vnc", "");
        assertThat(covered()).doesNotContain("").hasSize(7);
        measure();
        place("opted in", 3, "gpu || meg && least-loaded");
        assertThat(leftToJenkins).isEmpty();
    }

    private static List<String> covered() {
        List<String> nodes = new ArrayList<>();
        nodes.addAll(j.jenkins.getNodes().stream()
                .filter(node -> node.getAssignedLabels().contains(new LabelAtom(LeastLoadedLabels.NAME)))
                .map(Node::getNodeName)
                .sorted()
                .toList());
        if (j.jenkins.getAssignedLabels().contains(new LabelAtom(LeastLoadedLabels.NAME))) {
            nodes.add("");
        }
        return nodes;
    }

    @Test
    void propertySurvivesTrimmedLabelsARenamedNodeAReloadAndARestart() throws Throwable {
        configure("vnc", " license: matlab ");
        assertThat(Yaml.exportWhole()).contains("leastLoaded:").contains("license: \"matlab\"");
        j.jenkins.setNodes(List.of());
        assertThat(Label.get("all").getNodes()).isEmpty();
        LocalNode.add("n1", 1, "vnc");
        assertThat(LeastLoadedLabels.get().licenses(Label.get("all && vnc"))).containsExactly("matlab");
        j.jenkins.getNodesObject().replaceNode(j.jenkins.getNode("n1"), LocalNode.create("renamed", 1, "vnc"));
        assertThat(LeastLoadedLabels.get().exist()).isTrue();
        assertThat(covered()).containsExactly("renamed");
        j.jenkins.reload();
        assertThat(LeastLoadedLabels.get().licenses(Label.get("vnc"))).containsExactly("matlab");
        j.restart();
        assertThat(LeastLoadedLabels.get().licenses(Label.get("vnc"))).containsExactly("matlab");
        Yaml.loadWhole("jenkins: { labelAtoms: [ { name: vnc } ] }");
        assertThat(LeastLoadedLabels.get().exist()).isFalse();
    }

    @Test
    void nodesOfSuchALabelAreMeasured() throws Exception {
        assertThat(NodeScans.isWanted(Settings.current())).isTrue();
        Waiting.until(
                "measured nodes",
                () -> NodeScans.get().machines().nodes().containsAll(List.of("n1", "n2", "n3", "n4", "n5")));
        j.jenkins.getLabelAtom("vnc").getProperties().clear();
        assertThat(NodeScans.isWanted(Settings.current())).isFalse();
    }

    @Test
    void pipelinesAndFreestyleJobsUseItAndTheirPlacementsAreKept() throws Exception {
        j.jenkins.setNodes(List.of());
        j.jenkins.setNumExecutors(4);
        j.jenkins.setLabelString("vnc all");
        NodeScans.get().scan();
        install(() -> NodeScans.get().ledger());
        FreeStyleProject free = j.createFreeStyleProject("free");
        free.setAssignedLabel(Label.get("vnc"));
        j.buildAndAssertSuccess(free);
        succeed("scripted", "node('vnc && all') { echo 'here' }");
        succeed("declarative", """
            pipeline {
                agent none
                stages {
                    stage('one') {
                        agent { label 'vnc' }
                        steps { echo 'here' }
                    }
                    stage('cells') {
                        matrix {
                            agent { label "vnc && ${SIDE}" }
                            axes {
                                axis {
                                    name 'SIDE'
                                    values 'all', '!meg'
                                }
                            }
                            stages {
                                stage('cell') {
                                    steps { echo 'here' }
                                }
                            }
                        }
                    }
                }
            }
            """);
        assertThat(leftToJenkins).isEmpty();
        List<LabelPlacement> placements = LeastLoadedLabels.get().placements().of("vnc");
        assertThat(placements.stream()
                        .limit(5)
                        .map(placement -> placement.build().orElse("?")))
                .containsExactly("declarative#1", "declarative#1", "declarative#1", "scripted#1", "free#1");
        assertThat(placements.get(4).candidates().stream().map(Candidate::node)).containsExactly("");
        assertThat(placements.get(4).candidates().get(0).score()).isPositive();
        assertThat(LeastLoadedLabels.get().placements().of("all")).isEmpty();
        j.jenkins.setNumExecutors(0);
        j.jenkins.setLabelString("");
    }

    private static void succeed(String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = j.buildAndAssertSuccess(job);
        assertThat(run.getResult()).isNotNull();
    }

    @Test
    void formKeepsTheProperty() throws Exception {
        Yaml.load("licenses: [ { name: matlab, process: MATLAB, perUser: 1 } ]");
        LabelAtom vnc = j.jenkins.getLabelAtom("vnc");
        LeastLoadedProperty property = new LeastLoadedProperty();
        property.setLicense("matlab");
        vnc.getProperties().replaceBy(List.of(property));
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setThrowExceptionOnScriptError(false); // the next page has a script for real browsers
        j.submit(client.goTo("label/vnc/configure").getFormByName("config"));
        assertThat(LeastLoadedLabels.property(vnc).orElseThrow())
                .isNotSameAs(property)
                .extracting(LeastLoadedProperty::getLicense)
                .isEqualTo("matlab");
    }
}
