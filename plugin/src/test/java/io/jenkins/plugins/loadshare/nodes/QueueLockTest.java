package io.jenkins.plugins.loadshare.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.seats.SeatAllocator;
import io.jenkins.plugins.loadshare.seats.SeatDispatcher;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What is asked under the Queue's lock answers from memory; Java Flight Recorder sees all files, sockets and processes. */
@WithJenkins
class QueueLockTest {

    private static final List<String> INPUT_AND_OUTPUT = List.of(
            "jdk.FileRead", "jdk.FileWrite", "jdk.FileForce", "jdk.SocketRead", "jdk.SocketWrite", "jdk.ProcessStart");

    private final List<Work> works = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void endWork() {
        works.forEach(Work::end);
    }

    @Test
    void decisionsDoNoInputOrOutput(JenkinsRule j) throws Exception {
        j.jenkins.setNumExecutors(0);
        Yaml.load("nodes: { leastLoaded: true }\n"
                + "licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]");
        LocalNode.add("n1", 20, "pool", "boot-1");
        LocalNode.add("n2", 20, "pool", "boot-2");
        List<RecordedEvent> events = recorded(() -> {
            NodeScans.get().scan();
            FreeStyleProject job = j.createFreeStyleProject("matlab");
            job.addProperty(new LicenseProperty("matlab"));
            Work seated = schedule(new Work("seated", "n1").of(job));
            assertThat(seated.node()).isEqualTo("n1");
            Work waiting = schedule(new Work("waiting", "n2").of(job));
            Waiting.until(() -> waiting.why().contains("holds seats"), waiting::why);
            for (int i = 0; i < 20; i++) {
                schedule(new Work("plain" + i, "pool"));
            }
            for (Work work : works) {
                if (work != waiting) {
                    work.node();
                }
            }
            for (int i = 0; i < 20; i++) {
                Queue.getInstance().maintain();
            }
            assertThat(waiting.isStarted()).isFalse();
        });
        assertThat(events).as("seats are taken with I/O").anyMatch(event -> isBelow(event, SeatAllocator.class));
        assertThat(events.stream()
                        .filter(event -> isBelow(event, LeastLoadedBalancer.class)
                                || isBelow(event, SeatDispatcher.class)
                                || isBelow(event, NodeAssignment.class))
                        .filter(event -> !isBelow(event, ClassLoader.class)) // a class is loaded once
                        .map(RecordedEvent::toString)
                        .toList())
                .isEmpty();
    }

    private Work schedule(Work work) {
        works.add(work);
        Queue.getInstance().schedule2(work, 0);
        return work;
    }

    private interface Doing {
        void run() throws Exception;
    }

    private List<RecordedEvent> recorded(Doing doing) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            INPUT_AND_OUTPUT.forEach(
                    name -> recording.enable(name).withThreshold(Duration.ZERO).withStackTrace());
            recording.start();
            doing.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }

    private static boolean isBelow(RecordedEvent event, Class<?> type) {
        if (event.getStackTrace() == null) {
            return false;
        }
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
            if (frame.getMethod().getType().getName().equals(type.getName())) {
                return true;
            }
        }
        return false;
    }
}
