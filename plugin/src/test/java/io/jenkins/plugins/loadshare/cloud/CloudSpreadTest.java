package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.StringParameterValue;
import hudson.tasks.Shell;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.jenkins.plugins.loadshare.steps.PlacedJob;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Many builds of one label at once on many sshd hosts: the license limits the hosts, the cores limit the builds there. */
@WithJenkins
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CloudSpreadTest {

    private static final int HOSTS = Size.of("loadshare.cloudHosts", 4, 36);
    private static final int BUILDS = Size.of("loadshare.cloudBuilds", 8, 100);
    private static final Duration LIMIT = Duration.ofMinutes(15); // for the full number
    private static final int SEATS = Math.max(2, HOSTS / 3);

    private static Cluster cluster;
    private static JenkinsRule j;

    @BeforeAll
    static void startHosts(JenkinsRule rule) {
        j = rule;
        cluster = Cluster.start(HOSTS);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void buildsOfOneLabelSpreadWithinSeatsAndSlots() throws Exception {
        SharedJenkins.empty(j);
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "placement: { slotsPerCore: \"1.0\" }\n"
                + "licenses: [ { name: lic, process: no-such-process, perUser: " + SEATS + ", rule: save } ]\n");
        Yaml.loadWhole("jenkins: { clouds: [ loadshare: { name: hosts, templates: [ { label: meg, request:"
                + " { pool: all, license: lic } } ] } ] }");
        FreeStyleProject job = j.createFreeStyleProject("many");
        job.setAssignedLabel(Label.get("meg"));
        job.setConcurrentBuild(true);
        job.getBuildersList()
                .add(new Shell("echo $(date +%s%N) + >>/tmp/events; sleep 2; echo $(date +%s%N) - >>/tmp/events"));

        List<Future<FreeStyleBuild>> builds = new ArrayList<>();
        for (int i = 0; i < BUILDS; i++) {
            builds.add(job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("n", "" + i))));
        }
        AtomicInteger most = new AtomicInteger();
        Waiting.until("all builds have ended", LIMIT, () -> {
            most.accumulateAndGet(held(), Math::max);
            return builds.stream().allMatch(Future::isDone);
        });
        assertThat(most).as("hosts on which seats were held at a time").hasValue(SEATS);
        List<PlacedJob> places = new ArrayList<>();
        for (Future<FreeStyleBuild> build : builds) {
            places.addAll(j.assertBuildStatusSuccess(build)
                    .getAction(PlacesAction.class)
                    .getJobs());
        }

        assertThat(places).hasSize(BUILDS).allSatisfy(CloudSpreadTest::isBest);
        List<Event> ran = ran();
        assertThat(ran).hasSize(2 * BUILDS);
        checkLimits(ran);
        Leftovers.awaitNoneInJenkins();
        Leftovers.awaitNoneOn(cluster);
    }

    /** Checks the ledger, and returns the number of hosts on which seats are held. */
    private static int held() {
        Map<String, Integer> slots = new TreeMap<>();
        LoadshareService.get()
                .wiring()
                .reservations()
                .view()
                .claims()
                .forEach(claim -> slots.merge(claim.host().value(), claim.slots(), Integer::sum));
        assertThat(slots.size()).as(slots::toString).isLessThanOrEqualTo(SEATS);
        assertThat(slots.values()).as(slots::toString).allMatch(count -> count <= cores());
        return slots.size();
    }

    private record Event(long time, int change, String host) {}

    private static List<Event> ran() {
        List<Event> events = new ArrayList<>();
        for (int i = 1; i <= HOSTS; i++) {
            String host = cluster.host(i);
            cluster.exec(host, "sh", "-c", "cat /tmp/events 2>/dev/null")
                    .stdout()
                    .lines()
                    .forEach(line -> {
                        String[] words = line.split(" ");
                        events.add(new Event(Long.parseLong(words[0]), words[1].equals("+") ? 1 : -1, host));
                    });
        }
        return events;
    }

    /** Checks that no host ever ran too many builds, and not too many hosts. */
    private static void checkLimits(List<Event> events) {
        Map<String, Integer> running = new TreeMap<>();
        events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::change));
        for (Event event : events) {
            running.merge(event.host(), event.change(), Integer::sum);
            running.values().removeIf(count -> count == 0);
            assertThat(running.size()).as(running::toString).isLessThanOrEqualTo(SEATS);
            assertThat(running.values()).as(running::toString).allMatch(count -> count <= cores());
        }
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** The place has the best score of the hosts that could take the build. */
    private static void isBest(PlacedJob place) {
        assertThat(place.getBest().get(0).getHost()).as(place.getId()).isEqualTo(place.getHost());
    }
}
