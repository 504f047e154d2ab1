package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.settings.CollectLimits;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.host.Host;
import io.loadshare.job.ssh.RemoteFiles;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.local.LocalTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Files of a job in the archive of its build. */
@WithJenkins
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CollectTest {

    private static final String FIGURES = """
            #!/bin/sh
            mkdir -p figures/sub other
            echo 1 > figures/plain.png
            echo 2 > 'figures/-a $(touch harmed) "b" ü.png'
            echo 3 > "figures/two
            lines.png"
            echo 4 > figures/sub/deep.html
            : > figures/empty
            echo 5 > other/not.png
            ln -s /etc figures/etc
            ln -s /etc/passwd figures/passwd.png
            """;

    private static JenkinsRule j;

    @TempDir
    private Path directory;

    @BeforeAll
    static void configure(JenkinsRule rule) throws Exception {
        j = rule;
        Yaml.load("""
                hosts: [ { name: here, local: true } ]
                placement: { slotsPerCore: none }
                job: { collectFiles: 5, collectSize: 1M }
                """);
    }

    private Run<?, ?> run(Result expected, String arguments) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("loadshare dir: '" + directory + "', " + arguments, true));
        return j.assertBuildStatus(expected, job.scheduleBuild2(0));
    }

    private static Map<String, String> archive(Run<?, ?> run) throws Exception {
        Map<String, String> files = new TreeMap<>();
        for (Run<?, ?>.Artifact artifact : run.getArtifacts()) {
            files.put(artifact.relativePath, Files.readString(artifact.getFile().toPath()));
        }
        return files;
    }

    @Test
    void filesAreArchivedWhateverTheirNamesAndLinksAreNotFollowed() throws Exception {
        Run<?, ?> run = run(
                Result.SUCCESS,
                "collect: 'figures/**, nosuch/*.txt', script: '''" + FIGURES.replace("$", "\\$") + "'''");

        assertThat(archive(run))
                .containsEntry("figures/plain.png", "1\n")
                .containsEntry("figures/sub/deep.html", "4\n")
                .containsEntry("figures/empty", "")
                .hasSize(4);
        assertThat(archive(run).keySet()).anyMatch(path -> path.startsWith("figures/-a $(touch harmed) \"b\" "));
        assertThat(directory.resolve("harmed")).doesNotExist();
        assertThat(JenkinsRule.getLog(run))
                .contains("Not collected, because symbolic links are not followed: 'figures/")
                .contains(
                        "Not collected, because of control characters or backslashes in the name: 'figures/two\\nlines.png'")
                .contains("Collected 4 files (")
                .doesNotContain("\tat ");
        assertThat(run.getRootDir().list()).noneMatch(name -> name.startsWith("loadshare-collect"));
    }

    @Test
    void aFreestyleBuildCollectsAlsoAfterAFailure() throws Exception {
        LoadshareStep step = new LoadshareStep("mkdir figures; echo 1 > figures/a; exit 3");
        step.setDir(directory.toString());
        step.setCollect("figures/");
        FreeStyleProject project = j.createFreeStyleProject();
        project.getBuildersList().add(new LoadshareBuilder(step));
        Run<?, ?> run = j.assertBuildStatus(Result.FAILURE, project.scheduleBuild2(0));

        assertThat(archive(run)).containsExactly(Map.entry("figures/a", "1\n"));
        assertThat(JenkinsRule.getLog(run)).contains("The script ended with status 3");
    }

    @Test
    void tooMuchFailsTheStepWithTheLimit() throws Exception {
        Run<?, ?> many = run(Result.FAILURE, "collect: '*.txt', script: 'for i in 1 2 3 4 5 6; do : > \\$i.txt; done'");
        assertThat(JenkinsRule.getLog(many))
                .contains("'*.txt' matches 6 files, more than job.collectFiles (5). Collect less, or ask");
        Run<?, ?> twice = run(
                Result.SUCCESS,
                "collect: 'figures/**, figures/a.txt', script: 'mkdir figures; echo a > figures/a.txt'");
        assertThat(archive(twice)).as("patterns may overlap").containsEntry("figures/a.txt", "a\n");
        Run<?, ?> big = run(Result.FAILURE, "collect: 'big', script: 'head -c 1100000 /dev/zero > big'");
        assertThat(JenkinsRule.getLog(big))
                .contains("'big' matches 1100000 bytes, more than job.collectSize (1048576)");
        assertThat(archive(big)).isEmpty();
    }

    @Test
    void anInterruptedCollectionContinuesWhereItStopped() throws Exception {
        Run<?, ?> run = run(Result.SUCCESS, "script: 'true'");
        Path file = directory.resolve("big");
        Files.write(file, "a".repeat(300_000).getBytes());
        Instant time = Instant.now().minusSeconds(60);
        Files.setLastModifiedTime(file, FileTime.from(time));
        AtomicInteger writes = new AtomicInteger();
        assertThatThrownBy(() ->
                        collection(run, () -> writes.incrementAndGet() > 2).collect(TaskListener.NULL))
                .isInstanceOf(CancellationException.class);

        Files.write(file, "b".repeat(300_000).getBytes()); // unnoticed, with the same size and time
        Files.setLastModifiedTime(file, FileTime.from(time));
        assertThat(collection(run, () -> false).collect(TaskListener.NULL)).hasSize(1);
        assertThat(archive(run).get("big")).hasSize(300_000).startsWith("aaa").endsWith("bbb");

        Files.write(file, "c".repeat(300_000).getBytes());
        collection(run, () -> false).collect(TaskListener.NULL);
        assertThat(archive(run).get("big")).as("a new time").isEqualTo("c".repeat(300_000));
    }

    private FileCollection collection(Run<?, ?> run, BooleanSupplier stopped) {
        BuildJob job = new BuildJob(
                "job-1",
                Host.local("here"),
                Optional.empty(),
                run.getExternalizableId(),
                "1",
                Optional.empty(),
                "u",
                "w",
                Instant.now(),
                false,
                BuildJob.Progress.READ);
        return new FileCollection(
                run,
                job,
                new RemoteFiles(new LocalTransport()),
                () -> {},
                directory.toString(),
                FilePatterns.parse("*"),
                new CollectLimits(10, 1 << 20),
                () -> Deadline.after(Duration.ofSeconds(20), System::nanoTime),
                stopped);
    }
}
