package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import hudson.model.FreeStyleBuild;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.host.HostInventory;
import io.loadshare.job.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** The time between two polls if each of 50 pages sends one in 4 s. */
    private static final long POLL_MILLIS = 4000 / 50;

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
        Pages pages = new Pages(changes);
        for (int minute = 1; minute <= MINUTES; minute++) { // the JIT compiler works in the first ones
            System.out.printf("Jenkins with 50 open pages, minute %d: %.1f %% of a core%n", minute, percent(pages));
        }
        System.out.printf("Jenkins without them, then: %.1f %% of a core%n", percent(() -> {}));
    }

    /** Sends the polls of open pages, which know the newest stamp. */
    private static final class Pages implements Runnable {

        private final URL changes;
        private String tag = "";

        Pages(URL changes) {
            this.changes = changes;
        }

        @Override
        public void run() {
            try {
                HttpURLConnection connection = (HttpURLConnection) changes.openConnection();
                connection.setRequestProperty("If-None-Match", tag);
                if (connection.getResponseCode() == 200) {
                    connection.getInputStream().readAllBytes();
                } else if (connection.getResponseCode() != 304) {
                    throw new AssertionError(changes + ": HTTP " + connection.getResponseCode());
                }
                tag = connection.getHeaderField("ETag");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns what Jenkins uses of a core for a minute in which a client acts, without the client's own thread. */
    private static double percent(Runnable client) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            long own = clock.submit(threads::getCurrentThreadCpuTime).get();
            long cpu = system.getProcessCpuTime();
            long began = System.nanoTime();
            Future<?> actions = clock.scheduleAtFixedRate(client, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
            assertThatThrownBy(() -> actions.get(1, TimeUnit.MINUTES))
                    .as("the client acts until the minute is over")
                    .isInstanceOf(TimeoutException.class);
            actions.cancel(false);
            own = clock.submit(threads::getCurrentThreadCpuTime).get() - own;
            return (system.getProcessCpuTime() - cpu - own) * 100.0 / (System.nanoTime() - began);
        } finally {
            clock.shutdownNow();
        }
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
