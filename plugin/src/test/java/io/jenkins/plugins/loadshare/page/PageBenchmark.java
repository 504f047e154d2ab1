package io.jenkins.plugins.loadshare.page;

import com.sun.management.OperatingSystemMXBean;
import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.host.HostInventory;
import io.loadshare.job.Job;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.MetaClass;

/**
 * The cost of the page and of its poll with 500 hosts and 1000 jobs; by name only: {@code mvn test
 * -Dtest=PageBenchmark -DargLine='@{jenkins.addOpens} @{jenkins.insaneHook}'}.
 */
@WithJenkins
class PageBenchmark {

    private static final int HOSTS = 500;
    private static final int JOBS = 1000;
    private static final int PAGES = 40;
    private static final int POLLS = 20_000;
    private static final int MINUTES = 4;

    /** The polls of 50 open pages in a second. */
    private static final double POLLS_PER_SECOND = 50 / 4.0;

    private JenkinsRule jenkins;
    private long bytes;

    @Test
    void measure(JenkinsRule j) throws Exception {
        jenkins = j;
        MetaClass.NO_CACHE = false; // as in production; under test, every view is looked up again
        TestingHosts.working(HOSTS);
        FreeStyleBuild build = j.buildAndAssertSuccess(j.createFreeStyleProject("analysis"));
        HostInventory hosts = Settings.current().core().inventory();
        for (int i = 0; i < JOBS; i++) {
            LoadshareService.get().jobs().put(job("job-" + i, hosts, i, build));
        }
        double page = median("loadshare/", "", 200, PAGES);
        System.out.printf("page: %.1f ms, %d KiB%n", page, bytes >> 10);
        System.out.printf("content: %.1f ms, %d KiB%n", median("loadshare/content", "", 200, PAGES), bytes >> 10);
        URL changes = new URL(j.getURL(), "loadshare/changes");
        String tag = changes.openConnection().getHeaderField("ETag");
        System.out.printf("poll: %.2f ms%n", median("loadshare/changes", tag, 304, POLLS));
        double idle = percent(() -> Thread.sleep((long) (1000 / POLLS_PER_SECOND)));
        for (int minute = 1; minute <= MINUTES; minute++) { // the JIT compiler works in the first ones
            double busy = percent(() -> {
                changes.openConnection().getHeaderField("ETag");
                Thread.sleep((long) (1000 / POLLS_PER_SECOND));
            });
            System.out.printf("50 open pages, minute %d: %.1f %% of a core%n", minute, busy - idle);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Returns what Jenkins uses of a core while an action is repeated, without this thread, which is the client. */
    private static double percent(Action action) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = System.nanoTime();
        long cpu = system.getProcessCpuTime() - threads.getCurrentThreadCpuTime();
        while (System.nanoTime() - began < 60e9) {
            action.run();
        }
        long used = system.getProcessCpuTime() - threads.getCurrentThreadCpuTime() - cpu;
        return used * 100.0 / (System.nanoTime() - began);
    }

    private static BuildJob job(String id, HostInventory hosts, int i, FreeStyleBuild build) {
        var host = hosts.at(i % HOSTS);
        return new BuildJob(
                id,
                host,
                Optional.of(new Job(host.name(), id, "/tmp/" + id, Optional.empty())),
                build.getExternalizableId(),
                "step " + i,
                Optional.empty(),
                "anna",
                "pool vnc, license matlab",
                Instant.now(),
                false,
                BuildJob.Progress.RUNNING);
    }

    private double median(String path, String tag, int expected, int count) throws Exception {
        double[] times = new double[count];
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            HttpURLConnection connection = (HttpURLConnection) new URL(jenkins.getURL(), path).openConnection();
            connection.setRequestProperty("If-None-Match", tag);
            if (connection.getResponseCode() != expected) {
                throw new AssertionError(path + ": HTTP " + connection.getResponseCode());
            }
            bytes = expected == 304 ? 0 : connection.getInputStream().readAllBytes().length;
            times[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(times);
        return times[count / 2];
    }
}
