package io.jenkins.plugins.loadshare.page;

import hudson.Util;
import io.jenkins.plugins.loadshare.nodes.NodeLoad;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.PluginServices;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Ticket;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.Placer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The content of the page and its JSON at one moment. */
@ExportedBean
public final class Overview {

    private final Instant now;
    private final boolean scanning;
    private final List<HostRow> hosts = new ArrayList<>();
    private final List<PoolRow> pools = new ArrayList<>();
    private final List<SlurmPoolRow> slurmPools = new ArrayList<>();
    private final List<NodeRow> nodes = new ArrayList<>();
    private final List<LicenseRow> licenses = new ArrayList<>();
    private final List<DesktopRow> desktops = new ArrayList<>();
    private final List<QueueRow> queue = new ArrayList<>();
    private final List<JobRow> jobs = new ArrayList<>();
    private final List<PlacementRow> placements = new ArrayList<>();
    private Optional<Duration> age = Optional.empty();
    private OptionalDouble lastScanSeconds = OptionalDouble.empty();
    private String problem;

    private Overview(Instant now, boolean scanning) {
        this.now = now;
        this.scanning = scanning;
    }

    static Overview now(
            LoadshareService service,
            NodeScans scans,
            HistoryKeeper history,
            PendingAborts endings,
            ServerFigures servers) {
        Overview overview = new Overview(Instant.now(), service.isScanning() || scans.isAwaited());
        overview.addJobs(service, endings);
        overview.lastScanSeconds = service.lastScanSeconds();
        try {
            overview.fill(service, scans, history.history(), servers);
        } catch (LoadshareException e) {
            overview.problem = e.getMessage();
        }
        return overview;
    }

    private void addJobs(LoadshareService service, PendingAborts endings) {
        List<BuildJob> running = service.jobs().running();
        endings.retain(running);
        running.forEach(job -> jobs.add(new JobRow(
                job,
                service.jobs().isOrphan(job),
                service.jobs().pending(job.id()).isPresent(),
                endings.of(job.id()),
                now)));
        service.placements()
                .newest()
                .forEach(placement -> PlacementRow.of(placement, now).ifPresent(placements::add));
    }

    private void fill(LoadshareService service, NodeScans scans, LoadHistory history, ServerFigures servers) {
        PluginServices wiring = service.wiring();
        Settings settings = wiring.settings();
        HostInventory inventory = settings.core().inventory();
        Duration maxAge = settings.core().scan().maxAge();
        LoadBoard board = wiring.scans().latest();
        LedgerView view = wiring.reservations().view();
        Map<String, String> builds = service.waitingRoom().builds();
        List<QueuedRequest> waiting = QueuedRequest.all(wiring.reservations(), now);
        waiting.forEach(request -> queue.add(new QueueRow(request, builds.get(request.id()), now)));
        service.jobs().running().stream()
                .flatMap(job -> service.jobs().pending(job.id()).map(state -> new QueueRow(job, state, now)).stream())
                .forEach(queue::add);
        List<Ticket> tickets = waiting.stream().map(QueuedRequest::ticket).toList();
        inventory.pools().stream()
                .filter(pool -> pool.hosts().stream()
                        .noneMatch(host ->
                                inventory.find(host).filter(Host::isCluster).isPresent())) // has its own row
                .forEach(pool -> pools.add(PoolRow.of(pool, board, tickets, maxAge, now)));
        PlacementRequest any =
                PlacementRequest.of("any host", inventory.machinePositions(), System.getProperty("user.name"), 0);
        Map<HostName, Explanation.Line> lines = new HashMap<>();
        new Placer(settings.core().placement())
                .place(any, board, view, now)
                .explanation()
                .candidates()
                .forEach(line -> lines.put(line.host(), line));
        for (int i = 0; i < inventory.size(); i++) {
            Host host = inventory.at(i);
            HostStatus status = board.at(i);
            if (host.isCluster()) {
                slurmPools.add(new SlurmPoolRow(host.name(), status, maxAge, now));
                continue;
            }
            float[] loads = history.last(host.name().value(), now);
            hosts.add(new HostRow(host.name(), status, lines.get(host.name()), loads, maxAge, now));
            status.report()
                    .ifPresent(report -> report.people()
                            .desktops()
                            .forEach(desktop -> desktops.add(new DesktopRow(
                                    report, desktop, settings.core().desktop().idle(), now))));
        }
        for (LicenseFeature feature : settings.core().licenses()) {
            Optional<ServerUsage> usage = servers.of(feature, wiring.licenseServer(), service.workers());
            licenses.add(new LicenseRow(feature, board, view, usage));
        }
        if (NodeScans.isWanted(settings)) {
            for (NodeLoad node : scans.loads(settings.core().placement(), now)) {
                float[] loads = node.machine()
                        .map(machine -> history.last(machine.value(), now))
                        .orElseGet(LoadHistory::unknown);
                nodes.add(new NodeRow(node, loads, maxAge, now));
            }
        }
        age = inventory.hosts().stream()
                .flatMap(host -> board.of(host.name()).age(now).stream())
                .min(Comparator.naturalOrder());
    }

    /** Returns a digest of all that the page shows except ages; it is the same for all users and languages. */
    public String getStamp() {
        StringBuilder all = new StringBuilder();
        Stream.of(
                        hosts.stream().map(HostRow::content),
                        slurmPools.stream().map(SlurmPoolRow::content),
                        nodes.stream().map(HostRow::content),
                        pools.stream().map(PoolRow::content),
                        licenses.stream().map(LicenseRow::content),
                        desktops.stream().map(DesktopRow::content),
                        queue.stream().map(QueueRow::content),
                        jobs.stream().map(JobRow::content),
                        placements.stream().map(PlacementRow::getJob),
                        Stream.of(problem + scanning))
                .flatMap(rows -> Stream.concat(rows, Stream.of("")))
                .forEach(row -> all.append(row).append('\n'));
        return Util.getDigestOf(all.toString());
    }

    OptionalDouble getLastScanSeconds() {
        return lastScanSeconds;
    }

    @Exported
    public List<HostRow> getHosts() {
        return List.copyOf(hosts);
    }

    @Exported
    public List<PoolRow> getPools() {
        return List.copyOf(pools);
    }

    /** Returns the Slurm pools with their nodes. */
    @Exported
    public List<SlurmPoolRow> getSlurmPools() {
        return List.copyOf(slurmPools);
    }

    /** Returns the Jenkins nodes; none if no feature needs their load. */
    @Exported
    public List<NodeRow> getNodes() {
        return List.copyOf(nodes);
    }

    @Exported
    public List<LicenseRow> getLicenses() {
        return List.copyOf(licenses);
    }

    /** Returns the VNC desktops that the last scan saw. */
    @Exported
    public List<DesktopRow> getDesktops() {
        return List.copyOf(desktops);
    }

    /** Returns the waiting requests, the one that is served first at the top, then the jobs that wait in Slurm. */
    @Exported
    public List<QueueRow> getQueue() {
        return List.copyOf(queue);
    }

    /** Oldest first. */
    @Exported
    public List<JobRow> getJobs() {
        return List.copyOf(jobs);
    }

    /** Newest first. */
    @Exported
    public List<PlacementRow> getPlacements() {
        return List.copyOf(placements);
    }

    /** Returns why nothing can be shown; null if everything is fine. */
    @Exported
    public String getProblem() {
        return problem;
    }

    /** Returns whether a scan of hosts or nodes is in progress. */
    @Exported
    public boolean isScanning() {
        return scanning;
    }

    /** Returns whether an operation is in progress that will change the page. */
    @Exported
    public boolean isBusy() {
        return isScanning()
                || jobs.stream().anyMatch(JobRow::isEnding)
                || licenses.stream().anyMatch(LicenseRow::isAsking);
    }

    /** Returns the age of the newest report in seconds; null if there is none. */
    @Exported
    public Double getAge() {
        return age.map(known -> known.toMillis() / 1000.0).orElse(null);
    }

    public String getAgeWords() {
        return age.map(AgeFormat::print).orElse(null);
    }

    /** Returns the appearances of all states of hosts and nodes. */
    public List<StateAppearance> getStates() {
        return Stream.concat(
                        Arrays.stream(HostState.values()).map(StateAppearance::of),
                        Stream.of(StateAppearance.offline()))
                .toList();
    }

    /** Returns the host of the next job, as text; null if there is none. */
    public String getBest() {
        return hosts.stream()
                .filter(host -> host.getScore() != null)
                .min(Comparator.comparing(HostRow::getScore))
                .map(host -> Messages.Overview_best(host.getHost()))
                .orElse(null);
    }

    public boolean isOrphaned() {
        return jobs.stream().anyMatch(JobRow::isOrphan);
    }

    /** Returns the number of hosts in each state: {@code 34 up, 2 drained}. */
    public String getSummary() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        getStates().forEach(state -> counts.put(state.word(), 0));
        hosts.forEach(host -> counts.merge(host.getLook().word(), 1, Integer::sum));
        counts.values().removeIf(count -> count == 0);
        List<String> parts = new ArrayList<>();
        counts.forEach((word, count) -> parts.add(count + " " + word));
        return Messages.Overview_summary(hosts.size(), String.join(", ", parts));
    }
}
