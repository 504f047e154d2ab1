package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.ledger.Ticket;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The steps on real sshd hosts. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClusterStepTest {

    private static Cluster cluster;
    private JenkinsRule j;

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(3);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(1);
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        configure("");
    }

    private static void configure(String more) throws Exception {
        configure(more, Hosts.ssh(cluster, "key"));
    }

    private static void configure(String more, String ssh) throws Exception {
        Yaml.load(Hosts.yaml(cluster) + ssh + more);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private String run(Result expected, String script) throws Exception {
        return JenkinsRule.getLog(j.assertBuildStatus(expected, job(script).scheduleBuild2(0)));
    }

    /** Fails with a log that holds the words and no stack trace. */
    private void fails(String script, String... words) throws Exception {
        String log = run(Result.FAILURE, script);
        for (String word : words) {
            assertThat(log).contains(word);
        }
        assertThat(log).doesNotContain("\tat ");
    }

    private static Stream<String> hosts() {
        return IntStream.rangeClosed(1, cluster.size()).mapToObj(cluster::host);
    }

    private static boolean runs(String command) {
        return hosts().anyMatch(
                        host -> cluster.exec(host, "pgrep", "-fx", command).status() == 0);
    }

    @Test
    void runsAsTheUserOfTheCredentialsWithDirectoryAndVariables() throws Exception {
        String log = run(Result.SUCCESS, """
            node {
                withEnv(['A=from withEnv']) {
                    loadshare pool: 'all', script: 'set +x; echo "$(id -un)|$A|$B|$PWD|$BUILD_NUMBER|${JENKINS_HOME-none}"',
                        env: [B: "x y"], dir: '/tmp'
                }
            }
            parallel a: { loadshare hosts: '%s', script: 'echo ran-$LOADSHARE_HOST' },
                b: { loadshare hosts: '%s', script: 'echo ran-$LOADSHARE_HOST' }
            int n = 0
            retry(2) { n++; loadshare script: "test $n = 2" }
            catchError(buildResult: 'SUCCESS') { loadshare script: 'exit 3' }
            echo "after $n"
            """.formatted(cluster.host(1), cluster.host(2)));
        assertThat(log).contains(cluster.user(1) + "|from withEnv|x y|/tmp|1|none");
        assertThat(log.contains("\nran-" + cluster.host(1)) || log.contains("ran-" + cluster.host(1) + "\n"))
                .as(log)
                .isTrue();
        assertThat(log).contains("ran-" + cluster.host(2) + "\n");
        assertThat(log).contains("after 2");
    }

    @Test
    void declarativePipelineRunsAndScans() throws Exception {
        String log = run(Result.SUCCESS, """
            pipeline {
                agent none
                environment { WHO = 'declared' }
                stages {
                    stage('one') {
                        steps {
                            loadshare pool: 'all', script: 'echo hello-$WHO'
                            script {
                                def hosts = loadshareScan(pool: 'all', minReachable: 3)
                                echo "scanned ${hosts.size()} ${hosts.every { it.state == 'up' && it.score != null }}"
                            }
                            withLoadshare(pool: 'all') { echo "held ${env.LOADSHARE_HOST} ${env.LOADSHARE_USER}" }
                        }
                    }
                }
            }
            """);
        assertThat(log).contains("hello-declared");
        assertThat(log).contains("scanned 3 true");
        assertThat(log).matches("(?s).*held h\\S* " + cluster.user(1) + "\n.*");
        assertThat(runs("sleep 2147483647")).as("the place is given back").isFalse();
    }

    @Test
    void wrongUseIsSaidInWords() throws Exception {
        fails("loadshare pool: 'al', script: 'true'", "unknown pool 'al'; did you mean 'all'?");
        fails("loadshare script: ' '", "specify exactly one of script, command and batch (none is set)");
        fails("loadshare script: 'true', returnStatus: true, returnStdout: true", "exclude each other");
        fails("loadshare script: 'true', minMemory: 'much'", "minMemory", "'much'", "8G");
        fails("loadshare script: 'true', credentialsId: 'none'", "there are no credentials 'none' that", "may use");
        fails("loadshare script: 'true', dir: '/nowhere'", "/nowhere", "was not started");
        fails("loadshareScan minReachable: 4", "Only 3 of 3 hosts answered, minReachable is 4");
        String otherKey = Files.readString(Path.of(cluster.identity() + ".pub")).strip();
        configure("", Hosts.ssh(cluster, "credentialsId: key", "givenKeys: { keys: [\"" + otherKey + "\"] }"));
        fails("loadshare script: 'true'", "shows the host key", "which is not the given one");
        configure("", Hosts.ssh(cluster, "", "knownHostsFile: { path: \"" + cluster.knownHosts() + "\" }"));
        fails("loadshare script: 'true'", "no credentials to log in to the hosts. Set credentialsId");
    }

    @Test
    void knownHostsFileOfTheSshConfigurationIsFollowedAndNeverOpened() throws Exception {
        configureSsh("own_config", "UserKnownHostsFile " + cluster.knownHosts() + "\n");
        assertThat(run(Result.SUCCESS, "loadshare script: 'echo ran'")).contains("+ echo ran");
        configureSsh("open_config", "UserKnownHostsFile /dev/null\nStrictHostKeyChecking no\n");
        fails("loadshare script: 'true', wait: '0s'", "unknown host key");
    }

    private static void configureSsh(String name, String text) throws Exception {
        Path config = Files.writeString(cluster.directory().resolve(name), text);
        configure("", "ssh: { credentialsId: key, config: \"" + config + "\" }\n");
    }

    @Test
    void unreachableHostsAreNamedAndWaitedForAsLongAsWanted() throws Exception {
        hosts().forEach(cluster::refuse);
        try {
            fails("loadshare script: 'true', wait: '0s'", "no place for a job on any host", cluster.host(1), "refused");
            WorkflowRun waiting =
                    job("loadshare script: 'echo at last'").scheduleBuild2(0).waitForStart();
            j.waitForMessage("Waiting for a place:", waiting);
            hosts().forEach(cluster::accept);
            j.assertBuildStatusSuccess(j.waitForCompletion(waiting));
        } finally {
            hosts().forEach(cluster::accept);
        }
    }

    @Test
    void abortEndsTheWholeRemoteGroupAndNoSibling() throws Exception {
        WorkflowRun run = job("""
            parallel a: { catchError { loadshare hosts: '%1$s', script: 'sleep 300.1 & setsid sleep 300.2 & sleep 300.3' } },
                b: { loadshare hosts: '%1$s', script: 'sleep 300.4' }
            """.formatted(cluster.host(1))).scheduleBuild2(0).waitForStart();
        Waiting.until("running jobs", () -> runs("sleep 300.3") && runs("sleep 300.4"));
        BuildJob first = LoadshareService.get().jobs().running().stream()
                .filter(known -> known.job().isPresent() && hasChild(known, "sleep 300.3"))
                .findFirst()
                .orElseThrow();
        LoadshareService.get().jobActions().abort(first, "tester").get(25, TimeUnit.SECONDS);
        Waiting.until("end of the first", () -> !runs("sleep 300.1") && !runs("sleep 300.2") && !runs("sleep 300.3"));
        j.waitForMessage("Abort requested by tester", run);
        assertThat(runs("sleep 300.4")).isTrue();
        run.doStop();
        j.waitForCompletion(run);
        assertThat(runs("sleep 300.4")).isFalse();
        assertThat(run.getResult()).isEqualTo(Result.ABORTED);
    }

    private static boolean hasChild(BuildJob job, String command) {
        String pid =
                Long.toString(job.job().orElseThrow().identity().orElseThrow().pid());
        return cluster.exec(job.host().name().value(), "pgrep", "-s", pid, "-fx", command)
                        .status()
                == 0;
    }

    @Test
    void timeoutEndsTheRemoteJob() throws Exception {
        String log = run(Result.ABORTED, "timeout(time: 3, unit: 'SECONDS') { loadshare script: 'sleep 301.1' }");
        assertThat(log).contains("Ending job");
        assertThat(runs("sleep 301.1")).isFalse();
    }

    @Test
    void secretsReachTheScriptAndNothingElse() throws Exception {
        String secret = "s3cr3t-" + System.nanoTime();
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString(secret)));
        WorkflowRun run = job("""
            withCredentials([string(credentialsId: 'token', variable: 'TOKEN')]) {
                loadshare script: 'echo "got $TOKEN" $MORE ${#TOKEN}; sleep 302.1', env: [MORE: TOKEN]
            }
            """).scheduleBuild2(0).waitForStart();
        Waiting.until("running job", () -> runs("sleep 302.1"));
        j.waitForMessage("got **** **** " + secret.length(), run);
        List<Path> home = holders(j.jenkins.getRootDir().toPath(), secret);
        assertThat(home).isEmpty();
        assertThat(holders(cluster.home(cluster.user(1)), secret)).isEmpty();
        for (String host : hosts().toList()) {
            assertThat(cluster.exec(host, "ps", "-eo", "args").stdout()).doesNotContain(secret);
        }
        run.doStop();
        j.waitForCompletion(run);
        assertThat(JenkinsRule.getLog(run)).doesNotContain(secret);
        assertThat(holders(j.jenkins.getRootDir().toPath(), secret)).isEmpty();
    }

    /** The files below a directory that hold a text; those that come and go meanwhile hold none. */
    private static List<Path> holders(Path directory, String text) throws Exception {
        List<Path> holders = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                try {
                    if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                        holders.add(file);
                    }
                } catch (IOException e) {
                    // gone meanwhile
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return holders;
    }

    @Test
    void poolsAndCredentialsAreThoseOfTheFolderAndEachUseIsOnRecord() throws Exception {
        Hosts.addKey(CredentialsScope.SYSTEM, "controller", cluster.user(2), cluster.identity());
        configure(
                "pools: [ { name: all, hosts: %s }, { name: kept, hosts: %s, usableBy: [ team ] } ]\n"
                        .formatted(cluster.host(1), cluster.host(2)),
                Hosts.ssh(cluster, "controller"));
        fails("loadshare pool: 'kept', credentialsId: 'key', script: 'true'", "may not use pool 'kept'", "usableBy");
        fails("loadshare hosts: '%s', credentialsId: 'key', script: 'true'".formatted(cluster.host(2)), "may use none");
        fails("loadshare pool: 'all', script: 'true'", "there are no credentials 'controller' that");
        Folder team = j.createProject(Folder.class, "team");
        WorkflowJob job = team.createProject(WorkflowJob.class, "job");
        job.setDefinition(
                new CpsFlowDefinition("loadshare pool: 'kept', credentialsId: 'key', script: 'hostname'", true));
        try (LogRecorder audit = new LogRecorder()
                .record("io.jenkins.plugins.loadshare.audit", java.util.logging.Level.INFO)
                .capture(10)) {
            j.buildAndAssertSuccess(job);
            assertThat(audit.getMessages().stream()
                            .anyMatch(line -> line.contains("(pool kept) on " + cluster.host(2) + " as "
                                    + cluster.user(1) + " with credentials key")))
                    .as(audit.getMessages()::toString)
                    .isTrue();
        }
    }

    @Test
    void licenseLimitHoldsAndTheLogSaysWhy() throws Exception {
        configure("licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save } ]");
        WorkflowRun first = job("loadshare hosts: '%s', license: 'lic', script: 'sleep 303.1'"
                        .formatted(cluster.host(1)))
                .scheduleBuild2(0)
                .waitForStart();
        Waiting.until("first job", () -> runs("sleep 303.1"));
        WorkflowRun second = job("loadshare hosts: '%s', license: 'lic', script: 'sleep 303.2'"
                        .formatted(cluster.host(2)))
                .scheduleBuild2(0)
                .waitForStart();
        j.waitForMessage("holds seats on 1 hosts (perUser 1)", second);
        String request = waiting();
        configure("licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save } ]\n"
                + "nodes: { leastLoaded: false }");
        assertThat(waiting()).as("the request keeps its ID and its place").isEqualTo(request);
        assertThat(runs("sleep 303.2")).isFalse();
        first.doStop();
        Waiting.until("second job", () -> runs("sleep 303.2"));
        second.doStop();
        j.waitForCompletion(second);
        assertThat(JenkinsRule.getLog(second)).containsOnlyOnce("holds seats on 1 hosts");
    }

    /** Returns the IDs of the waiting requests. */
    private static String waiting() {
        return LoadshareService.get().wiring().reservations().view().tickets().stream()
                .map(Ticket::id)
                .toList()
                .toString();
    }

    @Test
    void freestyleStepsRunScanAndAreAborted() throws Exception {
        FreeStyleProject project = j.createFreeStyleProject();
        LoadshareStep step = new LoadshareStep("echo free-$BUILD_NUMBER; sleep 304.1");
        step.setPool("all");
        step.setEnv(List.of("A=1\nB=2"));
        step.setTags(List.of());
        LoadshareScanStep scan = new LoadshareScanStep();
        scan.setMinReachable(3);
        project.getBuildersList().add(new ScanBuilder(scan));
        project.getBuildersList().add(new LoadshareBuilder(step));
        j.configRoundtrip(project);
        assertThat(project.getBuildersList()
                        .get(LoadshareBuilder.class)
                        .getStep()
                        .getEnv())
                .isEqualTo(List.of("A=1", "B=2"));
        LoadshareStep after =
                project.getBuildersList().get(LoadshareBuilder.class).getStep();
        j.assertEqualDataBoundBeans(step, after);
        j.assertEqualDataBoundBeans(
                scan, project.getBuildersList().get(ScanBuilder.class).getStep());
        FreeStyleBuild build = project.scheduleBuild2(0).waitForStart();
        j.waitForMessage("free-1", build);
        j.assertLogContains("3 of 3 hosts answered", build);
        build.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
        assertThat(runs("sleep 304.1")).isFalse();
        JenkinsRule.WebClient client = j.createWebClient();
        assertThat(client.getPage(build).asNormalizedText()).contains("Ran on");
        assertThat(client.getPage(build, "where-it-ran").getWebResponse().getContentAsString())
                .contains("(chosen)");
        String json = client.goTo(build.getUrl() + "api/json?depth=3", "application/json")
                .getWebResponse()
                .getContentAsString();
        assertThat(json).contains("\"wants\":\"pool all\"");
        client.goTo("job/" + job("").getName() + "/pipeline-syntax/");
    }
}
