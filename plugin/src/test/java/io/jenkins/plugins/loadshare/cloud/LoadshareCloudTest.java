package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.ExtensionList;
import hudson.model.Cause;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.StringParameterValue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import hudson.tasks.Shell;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import jenkins.model.ModifiableTopLevelItemGroup;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Builds for labels of the cloud, on real sshd hosts. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LoadshareCloudTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String LICENSE =
            "licenses: [ { name: lic, process: no-such-process, perUser: %d, rule: save } ]\n";
    private static final String MARKUP = "<img/src=x/onerror=alert(1)>";

    private static Cluster cluster;
    private static JenkinsRule j;
    private static int jobs;

    @BeforeAll
    static void startHosts(JenkinsRule rule) {
        j = rule;
        cluster = Cluster.start(3);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void configure() throws Exception {
        SharedJenkins.empty(j);
        for (int i = 1; i <= cluster.size(); i++) {
            cluster.exec(cluster.host(i), "rm", "-f", "/tmp/java", "/tmp/go", "/tmp/events");
        }
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        settings("");
    }

    private static void settings(String more) throws Exception {
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + more);
    }

    private static void cloud(String... templates) throws Exception {
        Yaml.loadWhole("jenkins: { clouds: [ loadshare: { name: hosts, templates: [ %s ] } ] }"
                .formatted(String.join(", ", templates)));
    }

    private static FreeStyleProject freestyle(String label, String script) throws Exception {
        return freestyle(j.jenkins, label, script);
    }

    private static FreeStyleProject freestyle(ModifiableTopLevelItemGroup parent, String label, String script)
            throws Exception {
        FreeStyleProject job = (FreeStyleProject) parent.createProject(
                j.jenkins.getDescriptorByType(FreeStyleProject.DescriptorImpl.class), "job" + ++jobs, false);
        job.setAssignedLabel(Label.get(label));
        job.getBuildersList().add(new Shell(script));
        return job;
    }

    private static WorkflowJob pipeline(String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, "job" + ++jobs);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static Queue.Item awaitReason(String text) {
        AtomicReference<Queue.Item> found = new AtomicReference<>();
        Waiting.until(
                LIMIT,
                () -> {
                    Stream.of(j.jenkins.getQueue().getItems())
                            .filter(item -> String.valueOf(item.getWhy()).contains(text))
                            .forEach(found::set);
                    return found.get() != null;
                },
                () -> "no '" + text + "' in " + reasons());
        return found.get();
    }

    private static String reasons() {
        StringBuilder reasons = new StringBuilder();
        for (Queue.Item item : j.jenkins.getQueue().getItems()) {
            reasons.append(item.getWhy()).append('\n');
        }
        return reasons.toString();
    }

    private static void awaitNothing() {
        Leftovers.awaitNoneInJenkins();
        Leftovers.awaitNoneOn(cluster);
    }

    @Test
    void freestyleJobsAndNodeBlocksRunOnAHostOfThePool() throws Exception {
        cloud("{ label: 'meg linux', request: { hosts: 'h2', workspace: clean } }");
        FreeStyleProject job = freestyle("meg && linux", "echo on $LOADSHARE_HOST");
        assertThat(job.getAssignedLabel().isEmpty()).isFalse(); // so that its form does not warn
        Future<FreeStyleBuild> freestyle = job.scheduleBuild2(0);
        String block =
                JenkinsRule.getLog(j.buildAndAssertSuccess(pipeline("node('meg') { sh 'echo on $LOADSHARE_HOST' }")));
        FreeStyleBuild build = j.assertBuildStatusSuccess(freestyle);

        assertThat(block).contains("\non h2").contains("goes to h2");
        assertThat(JenkinsRule.getLog(build)).contains("\non h2").contains("holds the place of this build on h2");
        assertThat(build.getAction(PlacesAction.class).getHosts()).isEqualTo("h2");
        awaitNothing();
    }

    /** One login may have seats on two hosts at the same time, and each build takes one of their cores. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // for the full number
    void aBurstOfBuildsExceedsNeitherSlotsNorSeats() throws Exception {
        settings(LICENSE.formatted(2) + "placement: { slotsPerCore: \"1.0\" }\n");
        cloud("{ label: meg, request: { pool: all } }");
        FreeStyleProject job =
                freestyle("meg", "echo $(date +%s%N) + >>/tmp/events; sleep 1; echo $(date +%s%N) - >>/tmp/events");
        job.addProperty(new LicenseProperty("lic"));
        job.setConcurrentBuild(true);
        List<Future<FreeStyleBuild>> builds = new ArrayList<>();
        for (int i = 0; i < Size.of("loadshare.cloudBurst", 6, 40); i++) {
            builds.add(job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("n", "" + i))));
        }
        for (Future<FreeStyleBuild> build : builds) {
            j.assertBuildStatusSuccess(build);
        }

        List<String> events = new ArrayList<>(); // lines of time, + or -, and host; all hosts have the same clock
        for (String host : List.of("h1", "h2", "h3")) {
            String lines = cluster.exec(host, "sh", "-c", "cat /tmp/events 2>/dev/null")
                    .stdout();
            lines.lines().forEach(line -> events.add(line + " " + host));
        }
        assertThat(events).hasSize(2 * builds.size());
        Map<String, Integer> running = new TreeMap<>();
        events.stream().sorted().map(event -> event.split(" ")).forEach(event -> {
            running.merge(event[2], event[1].equals("+") ? 1 : -1, Integer::sum);
            running.values().removeIf(count -> count == 0);
            assertThat(running.size()).as(running::toString).isLessThanOrEqualTo(2);
            running.forEach((host, count) -> assertThat(count).as(host).isLessThanOrEqualTo(cores(host)));
        });
        awaitNothing();
    }

    @Test
    void theNodeHoldsTheSeatThatTheLabelRequires() throws Exception {
        settings(LICENSE.formatted(1));
        Yaml.loadWhole(
                "jenkins: { labelAtoms: [ { name: licensed, properties: [ leastLoaded: { license: lic } ] } ] }");
        cloud("{ label: licensed, request: { hosts: h1 } }");
        FreeStyleBuild build = freestyle("licensed", "until [ -e /tmp/go ]; do sleep 1; done")
                .scheduleBuild2(0)
                .waitForStart();
        assertThat(LoadshareService.get().wiring().reservations().view().claims())
                .singleElement()
                .satisfies(claim -> assertThat(claim.licenses()).isEqualTo(List.of("lic")));
        cluster.exec("h1", "touch", "/tmp/go");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        awaitNothing();
    }

    @Test
    void aBuildThatAnotherPluginKeepsWaitingGetsNoNodeYet() throws Exception {
        cloud("{ label: meg, request: { hosts: h1 } }");
        FreeStyleProject job = freestyle("meg", "echo ran");
        AtomicBoolean kept = new AtomicBoolean(true);
        QueueTaskDispatcher other = new QueueTaskDispatcher() {
            @Override
            public CauseOfBlockage canRun(Queue.Item item) {
                return item.task == job && kept.get()
                        ? new CauseOfBlockage() {
                            @Override
                            public String getShortDescription() {
                                return "kept by another plugin";
                            }
                        }
                        : null;
            }
        };
        ExtensionList<QueueTaskDispatcher> dispatchers = ExtensionList.lookup(QueueTaskDispatcher.class);
        dispatchers.add(other);
        try {
            Future<FreeStyleBuild> build = job.scheduleBuild2(0);
            awaitReason("kept by another plugin");
            j.buildAndAssertSuccess(freestyle("meg", "echo ran")); // the queue was compared meanwhile
            awaitNothing();
            kept.set(false);
            j.jenkins.getQueue().scheduleMaintenance();
            j.assertBuildStatusSuccess(build);
        } finally {
            dispatchers.remove(other);
        }
        awaitNothing();
    }

    @Test
    void abortingTheJobOfAWaitingBuildCancelsTheBuild() throws Exception {
        java("h1", "sleep 1000");
        cloud("{ label: meg, java: /tmp/java, request: { hosts: h1 } }");
        freestyle("meg", "echo never").scheduleBuild2(0);
        awaitReason("The agent on h1 is starting");

        LoadshareService service = LoadshareService.get();
        service.jobActions().abort(service.jobs().running().get(0), "anna");
        Waiting.until(LIMIT, () -> j.jenkins.getQueue().isEmpty(), () -> "still in the queue: " + reasons());
        awaitNothing();
    }

    /** Puts a program on a host that answers like Java 17 and otherwise runs a command. */
    private static void java(String host, String command) {
        String program =
                "#!/bin/sh\ncase $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) " + command + " ;; esac\n";
        cluster.exec(host, "sh", "-c", "printf %s \"$1\" >/tmp/java; chmod 755 /tmp/java", "sh", program);
    }

    private static int cores(String host) {
        return Integer.parseInt(cluster.exec(host, "nproc").stdout().strip());
    }

    @Test
    void aCanceledItemAndAnAbortedBuildLeaveNothing() throws Exception {
        settings(LICENSE.formatted(1));
        cloud("{ label: meg, request: { license: lic, slots: 2 } }");
        FreeStyleBuild running =
                freestyle("meg", "echo began; sleep 1000").scheduleBuild2(0).waitForStart();
        j.waitForMessage("\nbegan", running);
        String host = running.getAction(PlacesAction.class).getHosts();
        cloud("{ label: meg, request: { license: lic, hosts: '%s' } }".formatted(others(host)));
        freestyle("meg", "echo never").scheduleBuild2(0);
        Queue.Item waiting = awaitReason("perUser 1");

        j.jenkins.getQueue().cancel(waiting);
        Waiting.until(
                LIMIT,
                () -> LoadshareService.get()
                        .wiring()
                        .reservations()
                        .view()
                        .tickets()
                        .isEmpty(),
                () -> "the ticket of the cancelled build is still there");
        running.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(running));
        awaitNothing();
    }

    private static String others(String host) {
        return String.join(
                ",",
                List.of("h1", "h2", "h3").stream()
                        .filter(each -> !each.equals(host))
                        .toList());
    }

    /** The queue names the reason; the next request succeeds once the cause is gone. */
    @Test
    void aNodeThatNeverComesOnlineIsRemovedWithItsReasonAndRequestedAgain() throws Exception {
        java("h1", "echo no memory left >&2; exit 1");
        java("h2", "echo no memory left >&2; exit 1");
        cloud("{ label: meg, java: /tmp/java, request: { hosts: 'h[1-2]' } }");
        Future<FreeStyleBuild> build = freestyle("meg", "echo ran").scheduleBuild2(0);
        awaitReason("no memory left");
        awaitReason("none of the hosts can be used");

        cloud("{ label: meg, request: { hosts: 'h[1-2]' } }");
        j.assertBuildStatusSuccess(build);
        awaitNothing();
    }

    @Test
    void poolsOfOtherFoldersAndLimitsKeepBuildsWaitingWithTheReason() throws Exception {
        settings("pools: [ { name: theirs, hosts: h1, usableBy: [ team ] } ]\n");
        cloud("{ label: meg, maxNodes: 1, request: { pool: theirs } }");
        Folder other = j.createProject(Folder.class, "other");
        freestyle(other, "meg", "echo never").scheduleBuild2(0);
        awaitReason("may not use pool 'theirs'");
        j.jenkins.getQueue().clear();

        Folder team = j.createProject(Folder.class, "team");
        Cause alice = new Cause.UserIdCause("alice");
        FreeStyleBuild first = freestyle(team, "meg", "until [ -e /tmp/go ]; do sleep 1; done")
                .scheduleBuild2(0, alice)
                .waitForStart();
        Future<FreeStyleBuild> second = freestyle(team, "meg", "echo second").scheduleBuild2(0, alice);
        awaitReason("The template 'meg' allows 1 node (maxNodes)");
        cloud("{ label: meg, maxNodes: 2, maxNodesPerFolder: 1, request: { pool: theirs } }");
        awaitReason("allows 1 node for each folder (maxNodesPerFolder), and as many exist for team");
        cloud("{ label: meg, maxNodesPerFolder: 2, maxNodesPerUser: 1, request: { pool: theirs } }");
        awaitReason("allows 1 node for each user (maxNodesPerUser), and as many exist for alice");
        cluster.exec("h1", "touch", "/tmp/go");
        j.assertBuildStatusSuccess(j.waitForCompletion(first));
        j.assertBuildStatusSuccess(second);
        awaitNothing();
    }

    @Test
    void aNodeWithIdleTimeServesTheNextBuildOfItsJob() throws Exception {
        cloud("{ label: meg, idle: 5m, request: { hosts: h3 } }");
        FreeStyleProject job = freestyle("meg", "echo ran");
        FreeStyleBuild first = j.buildAndAssertSuccess(job);
        FreeStyleBuild second = j.buildAndAssertSuccess(job);
        assertThat(second.getBuiltOnStr()).isEqualTo(first.getBuiltOnStr());
        assertThat(second.getAction(PlacesAction.class).getHosts()).isEqualTo("h3");
        j.jenkins.removeNode(j.jenkins.getNode(first.getBuiltOnStr()));
        awaitNothing();
    }

    /** The kept node is removed, and the build gets one by the changed template. */
    @Test
    void aKeptNodeTakesNoBuildAfterItsTemplateOrTheLicensesHaveChanged() throws Exception {
        settings(LICENSE.formatted(1));
        FreeStyleProject job = freestyle("meg", "echo ran");
        List<String> nodes = new ArrayList<>();
        for (String request : List.of(
                "hosts: h3",
                "hosts: 'h2,h3'",
                "pool: all",
                "pool: all, slots: 2",
                "pool: all, slots: 2, minMemory: 1M",
                "pool: all, slots: 2, license: lic")) {
            cloud("{ label: meg, idle: 5m, request: { %s } }".formatted(request));
            nodes.add(j.buildAndAssertSuccess(job).getBuiltOnStr());
        }
        cloud("{ label: meg, idle: 5m, maxNodes: 1, request: { pool: all } }");
        nodes.add(j.buildAndAssertSuccess(job).getBuiltOnStr());
        assertThat(nodes).doesNotHaveDuplicates();

        cloud("{ label: meg, idle: 5m, maxNodes: 2, request: { pool: all } }"); // a limit changes no node
        assertThat(j.buildAndAssertSuccess(job).getBuiltOnStr()).isEqualTo(nodes.get(nodes.size() - 1));
        job.addProperty(new LicenseProperty("lic"));
        FreeStyleBuild licensed = j.buildAndAssertSuccess(job);
        assertThat(nodes).doesNotContain(licensed.getBuiltOnStr());
        assertThat(LoadshareService.get().wiring().reservations().view().claims())
                .anySatisfy(claim -> assertThat(claim.licenses()).isEqualTo(List.of("lic")));
        assertThat(j.buildAndAssertSuccess(job).getBuiltOnStr()).isEqualTo(licensed.getBuiltOnStr());

        cloud("{ label: other, idle: 5m, request: { pool: all } }"); // removes the kept node without a build
        awaitNothing();
    }

    @Test
    void aFreeNodeOfJenkinsWithTheLabelServesFirst() throws Exception {
        cloud("{ label: meg, request: { hosts: h3 } }");
        int executors = j.jenkins.getNumExecutors();
        j.jenkins.setLabelString("meg");
        j.jenkins.setNumExecutors(1);
        try {
            FreeStyleBuild first =
                    freestyle("meg", "sleep 1000").scheduleBuild2(0).waitForStart();
            FreeStyleBuild second = j.buildAndAssertSuccess(freestyle("meg", "echo ran"));
            assertThat(first.getBuiltOn()).isEqualTo(j.jenkins);
            assertThat(second.getBuiltOnStr()).startsWith("loadshare-");
            first.doStop();
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(first));
        } finally {
            j.jenkins.setLabelString("");
            j.jenkins.setNumExecutors(executors);
        }
        awaitNothing();
    }

    @Test
    void hostileNamesAreShownAsText() throws Exception {
        cloud("{ label: meg, request: { pool: '%s' } }".formatted(MARKUP));
        freestyle("meg", "echo never").scheduleBuild2(0);
        awaitReason(MARKUP);
        try (JenkinsRule.WebClient client = j.createWebClient().withJavaScriptEnabled(false)) {
            HtmlPage front = client.goTo("");
            assertThat(front.getWebResponse().getContentAsString()).contains("&lt;img/src=x");
            assertThat(front.querySelectorAll("img[src^=x]").size()).isEqualTo(0);
        }
    }

    @Test
    void theConfigurationSurvivesExportImportAndTheForm() throws Exception {
        cloud(
                "{ label: 'meg linux', maxNodes: 9, maxNodesPerFolder: 5, maxNodesPerUser: 2, idle: 5m, java: /opt/java, request: "
                        + "{ pool: meg, software: spm, license: lic, tags: [gpu, big], minMemory: 4G, minCores: \"2\","
                        + " maxLoad: \"0.5\", slots: 2, wait: 10m, credentialsId: key, workspace: clean } }",
                "{ label: \"" + MARKUP + "\" }");
        LoadshareCloud before = (LoadshareCloud) j.jenkins.getCloud("hosts");
        String exported = Yaml.exportWhole();
        j.jenkins.clouds.clear();
        Yaml.loadWhole("jenkins:\n" + section(exported));
        same(before, (LoadshareCloud) j.jenkins.getCloud("hosts"));

        try (JenkinsRule.WebClient client = j.createWebClient()) {
            HtmlPage form = client.goTo("manage/cloud/hosts/configure");
            assertThat(form.querySelectorAll("img[src^=x]").size()).isEqualTo(0);
            for (String option : List.of("_.credentialsId'] option[value='key", "_.workspace'] option[value='clean")) {
                Waiting.until(
                        LIMIT,
                        () -> form.querySelector("select[name='" + option + "']") != null,
                        () -> "the form has no " + option);
            }
            j.submit(form.getFormByName("config"));
        }
        same(before, (LoadshareCloud) j.jenkins.getCloud("hosts"));
    }

    /** Returns the part of an export about clouds. */
    private static String section(String exported) {
        int begin = exported.indexOf("  clouds:");
        String rest = exported.substring(begin);
        return "  clouds:" + rest.substring(9).split("\n(?=  \\w)", 2)[0] + "\n";
    }

    private static void same(LoadshareCloud before, LoadshareCloud after) throws Exception {
        assertThat(after.getTemplates()).hasSameSizeAs(before.getTemplates());
        for (int i = 0; i < before.getTemplates().size(); i++) {
            j.assertEqualDataBoundBeans(
                    before.getTemplates().get(i), after.getTemplates().get(i));
        }
    }
}
