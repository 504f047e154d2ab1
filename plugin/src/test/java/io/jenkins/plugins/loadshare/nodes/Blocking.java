package io.jenkins.plugins.loadshare.nodes;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestBuilder;

/** A build of a job that needs a license; it runs until it is told to end. */
final class Blocking {

    private final FreeStyleProject project;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String node;

    private Blocking(FreeStyleProject project) {
        this.project = project;
    }

    /** Schedules the build. */
    static Blocking build(JenkinsRule j, String name, String label, String license) throws Exception {
        FreeStyleProject project = j.createFreeStyleProject(name);
        Blocking blocking = new Blocking(project);
        project.setAssignedLabel(Label.get(label));
        project.getBuildersList().add(new TestBuilder() {
            @Override
            public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                    throws InterruptedException {
                blocking.node = build.getBuiltOnStr();
                blocking.started.countDown();
                blocking.end.await();
                return true;
            }
        });
        if (license != null) {
            project.addProperty(new LicenseProperty(license));
        }
        project.scheduleBuild2(0);
        return blocking;
    }

    /** Waits until it runs, for 60 s at most, and says where. */
    String node() throws InterruptedException {
        if (!started.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError(project.getName() + " did not start within 60 s: " + why());
        }
        return node;
    }

    boolean isStarted() {
        return started.getCount() == 0;
    }

    /** What the Queue says. */
    String why() {
        Queue.Item item = project.getQueueItem();
        return item == null ? "not in the queue" : item.getWhy();
    }

    FreeStyleProject project() {
        return project;
    }

    void end() {
        end.countDown();
    }
}
