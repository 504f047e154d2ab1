package io.jenkins.plugins.loadshare.page;

import static io.loadshare.testing.ReportBuilder.report;

import hudson.ExtensionList;
import hudson.Util;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.PeriodicScan;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanFindings;
import io.loadshare.testing.ReportBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A site of many hosts that need not be there: what scans of a working day would have found of them is put where scans put
 * it. The first answers no more, the second is drained, the third suspended; the others are up.
 */
final class TestingHosts {

    private final HostInventory inventory;
    private final Instant now = Instant.now();

    private TestingHosts(HostInventory inventory) {
        this.inventory = inventory;
    }

    /** So many hosts: l1, l2 and so on. */
    static void working(int count) throws Exception {
        working(count, "");
    }

    /** @param more further settings */
    static void working(int count, String more) throws Exception {
        String each = IntStream.rangeClosed(1, count)
                .mapToObj(i -> "{ name: l" + i + ", address: 127.0.0.1, port: 1 }")
                .collect(Collectors.joining(",\n"));
        configure("hosts: [\n" + each + "]\n"
                + "licenses: [ { name: matlab, process: MATLAB, perUser: 8 },"
                + " { name: idl, process: idl, perUser: 2, rule: save } ]\n" + more);
        TestingHosts hosts = new TestingHosts(Settings.current().core().inventory());
        hosts.publish();
        hosts.rememberDay();
    }

    /** Waits until Jenkins has scanned what is configured now, so that it leaves the hosts alone for a while. */
    static void configure(String yaml) throws Exception {
        Yaml.load(yaml + "\nplacement: { slotsPerCore: none }\nscan: { interval: 1d }"); // other tests run jobs on
        // this machine, too
        ExtensionList.lookupSingleton(PeriodicScan.class).run();
        LoadshareService.get().scanNow().get(1, TimeUnit.MINUTES);
    }

    /** Forgets all that scans have found. */
    static void forget() throws IOException {
        Path state = JenkinsState.get().directory().path();
        Files.delete(state.resolve("snapshot"));
        Util.deleteRecursive(state.resolve("reports").toFile());
        Util.deleteRecursive(state.resolve("failures").toFile());
    }

    private void publish() {
        List<HostResult> results = new ArrayList<>();
        for (int i = 1; i < inventory.size(); i++) {
            LoadReport report = build(i, now).build();
            results.add(HostResult.of(report, now, Duration.ofMillis(200)));
        }
        var state = JenkinsState.get().directory();
        ScanFindings findings = ScanFindings.of(new ScanResult(now, now, results), inventory);
        inventory
                .hosts()
                .forEach(
                        host -> { // what an earlier test left
                            state.undrain(host.name());
                            state.unsuspend(host.name());
                        });
        state.publish(findings, JenkinsState.OBSERVER, now);
        state.drain(inventory.at(1).name(), "new disks", "anna", now.minus(Duration.ofDays(2)));
        state.suspend(
                inventory.at(2).name(),
                new HostStatus.Suspension("5 jobs in a row failed within 3 s", now.plus(Duration.ofMinutes(9))));
    }

    private ReportBuilder build(int host, Instant at) {
        double load = load(host, at);
        ReportBuilder report = report(inventory.at(host).name().value(), at)
                .cores(cores(host))
                .load1(load)
                .runnable(Math.rint(load))
                .memory(64L << 30, (3L + host * 7 % 58) << 30);
        if (host % 5 == 4) {
            report.desktop("anna", ":1", Duration.ofDays(20), Duration.ofDays(15))
                    .holder("matlab", host % 2 == 0 ? "anna" : "bert", 1 + host % 3);
        }
        return report;
    }

    private static int cores(int host) {
        return 8 << host % 3;
    }

    /** Busy by day, which has its height now, each host differently, with some noise. */
    private double load(int host, Instant at) {
        double hours = Duration.between(at, now).toMinutes() / 60.0;
        double day = Math.max(0, Math.cos((hours - 1 + host % 4) / 24 * 2 * Math.PI) + 0.2);
        double busy = new SplittableRandom(host).nextDouble() * 1.1;
        double noise = new SplittableRandom(host * 1000L + (long) (hours * 3)).nextDouble();
        return Math.round(100 * cores(host) * (day * busy * (0.3 + 0.7 * noise) + 0.02 * noise)) / 100.0;
    }

    private void rememberDay() {
        LoadHistory history = HistoryKeeper.get().history();
        for (Duration ago = Duration.ofHours(24); !ago.isNegative(); ago = ago.minus(LoadHistory.SLOT)) {
            Instant at = now.minus(ago);
            Map<HostName, HostStatus> statuses = new HashMap<>();
            for (int i = 0; i < inventory.size(); i++) {
                boolean answered = i > 0 || ago.compareTo(Duration.ofHours(3)) > 0;
                LoadReport then = build(i, at).build();
                if (answered) {
                    statuses.put(then.host(), HostStatus.of(then));
                }
            }
            history.note(Reading.ofLoad(LoadBoard.of(inventory, statuses), Duration.ofMinutes(15), now), now);
        }
    }
}
