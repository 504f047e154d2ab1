package io.jenkins.plugins.loadshare.service;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.loadshare.nodes.HostReports;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.nodes.PlacedNodes;
import io.jenkins.plugins.loadshare.seats.SeatAllocator;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanTurn;
import io.loadshare.transport.Login;
import io.loadshare.transport.Transport;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The core of loadshare in this Jenkins: one {@link PluginServices} for the current settings, the logins in use, and
 * the scans. After the settings change, the next call creates a new {@link PluginServices}; work that already runs
 * keeps the old one. Thread-safe.
 */
@Extension
public final class LoadshareService implements HostReports {

    private static final Logger LOGGER = Logger.getLogger(LoadshareService.class.getName());

    /** The number of hosts that are polled for their jobs at the same time. */
    private static final int POLLS = 32;

    /** The number of requests and job starts that run at the same time. */
    private static final int WORKERS = 32;

    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final ScheduledThreadPoolExecutor polls = new ScheduledThreadPoolExecutor(POLLS, threads("poll"));
    private final ThreadPoolExecutor workers =
            new ThreadPoolExecutor(WORKERS, WORKERS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), threads("work"));
    private final HostAccessPool accesses = new HostAccessPool(polls, clock);
    private final WaitingRequests waitingRoom = new WaitingRequests(polls, workers);
    private final Path home = Jenkins.get().getRootDir().toPath().resolve("loadshare");
    private final BuildJobs jobs = new BuildJobs(home.resolve("jobs"));
    private final JobActions jobActions = new JobActions(this);
    private final Placements placements = new Placements(home.resolve("placements"), LOGGER::warning);

    private PluginServices wiring; // guarded by this
    private CompletableFuture<ScanResult> scanning; // guarded by this
    private volatile LoadBoard board;
    private volatile ScanResult lastScan;
    private volatile boolean stopping;

    public LoadshareService() {
        polls.setKeepAliveTime(1, TimeUnit.MINUTES);
        polls.allowCoreThreadTimeOut(true);
        polls.setRemoveOnCancelPolicy(true);
        workers.allowCoreThreadTimeOut(true);
    }

    public static LoadshareService get() {
        return ExtensionList.lookupSingleton(LoadshareService.class);
    }

    /** Returns a factory for threads that act as Jenkins itself. Anonymous threads would not find any build. */
    private static ThreadFactory threads(String purpose) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Runnable asJenkins = () -> {
                try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
                    task.run();
                }
            };
            Thread thread = new Thread(asJenkins, "loadshare-" + purpose + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Returns the services for the current settings.
     *
     * @throws io.loadshare.LoadshareException of kind CONFIGURATION or STATE if they cannot be created
     */
    public synchronized PluginServices wiring() {
        Settings settings = settings();
        if (wiring == null || wiring.settings() != settings) {
            PluginServices old = wiring;
            wiring = new PluginServices(
                    settings,
                    JenkinsState.get(),
                    () -> forScans(settings, settings.credentialsId()),
                    load -> SeatAllocator.get().showing(load),
                    clock,
                    random);
            board = wiring.scans().latest();
            if (old != null) {
                workers.execute(old::close);
            }
        }
        return wiring;
    }

    /** Returns the current settings. */
    public Settings settings() {
        return Settings.current();
    }

    /**
     * Returns access to the hosts with the administrator's login, for scans only. Without the configured credentials,
     * only hosts that are this machine can be reached.
     */
    private Transport forScans(Settings settings, Optional<String> credentialsId) {
        Login login;
        try {
            login = credentialsId
                    .map(id -> Credentials.ofSystem(Jenkins.get(), id))
                    .orElseGet(Login.Configured::new);
        } catch (LoadshareException e) {
            return HostAccessPool.localOnly(e);
        }
        return access(settings, login).transport();
    }

    /** Measures a host, which need not be configured, with the administrator's login or another. */
    HostResult measure(Host host, Optional<String> credentialsId) throws InterruptedException {
        PluginServices parts = wiring();
        return parts.measure(host, forScans(parts.settings(), credentialsId));
    }

    /** Returns the login with which a build that is gone started a job. */
    Login loginOfGoneBuild(BuildJob job, String id) {
        return Credentials.ofGoneBuild(Jenkins.get(), job, id);
    }

    /** Returns whether a node exists that holds a placement. */
    boolean isPlacedNode(String name) {
        return ExtensionList.lookup(PlacedNodes.class).stream().anyMatch(placed -> placed.exist(name));
    }

    /** Returns access to the hosts with a login. */
    public HostAccess access(Settings settings, Login login) {
        return accesses.of(settings, login);
    }

    /** Returns the executor for tasks that block briefly, such as a poll of a host or the start of a job. */
    public ExecutorService workers() {
        return workers;
    }

    public InstantSource clock() {
        return clock;
    }

    public WaitingRequests waitingRoom() {
        return waitingRoom;
    }

    /** Returns the records of the jobs that builds started. */
    public BuildJobs jobs() {
        return jobs;
    }

    /** Returns what users may do with the jobs that builds started. */
    public JobActions jobActions() {
        return jobActions;
    }

    /** Returns the newest placements. */
    public Placements placements() {
        return placements;
    }

    /**
     * Returns whether Jenkins is shutting down. What fails now does not count as failed, and is found again after the
     * restart.
     */
    public boolean isStopping() {
        return stopping;
    }

    /** Runs a short task later. It does not run if Jenkins shuts down before. */
    public void later(Duration delay, Runnable task) {
        try {
            polls.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.FINE, "Jenkins shuts down", e);
        }
    }

    /** Returns the results of the last scan, from memory. */
    @Override
    public LoadBoard latest() {
        LoadBoard known = board;
        return known == null ? LoadBoard.empty(settings().core().inventory()) : known;
    }

    /** Measures all hosts now, in the background. If a scan is already running, joins it. */
    public synchronized CompletableFuture<ScanResult> scanNow() {
        if (scanning == null || scanning.isDone()) {
            PluginServices parts = wiring();
            CompletableFuture<ScanResult> scan = new CompletableFuture<>();
            workers.execute(() -> scan(parts, scan));
            scanning = scan;
        }
        return scanning;
    }

    /**
     * Lifts the suspension of a host, so that it gets jobs again.
     *
     * @return whether a host with this name was suspended
     */
    public boolean unsuspend(String host) {
        PluginServices parts = wiring();
        Optional<HostName> name = parts.settings().core().inventory().hosts().stream()
                .map(Host::name)
                .filter(known -> known.value().equals(host))
                .findFirst();
        if (name.isEmpty() || !JenkinsState.get().directory().unsuspend(name.get())) {
            return false;
        }
        board = parts.scans().latest();
        return true;
    }

    /** Returns how long the last scan since the start of Jenkins took. */
    public OptionalDouble lastScanSeconds() {
        ScanResult last = lastScan;
        return last == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        Duration.between(last.startedAt(), last.endedAt()).toMillis() / 1000.0);
    }

    /** Returns why the configured credentials cannot be used; empty if they can, or if none are configured. */
    public Optional<String> credentialsProblem() {
        try {
            settings().credentialsId().ifPresent(id -> Credentials.ofSystem(Jenkins.get(), id));
            return Optional.empty();
        } catch (LoadshareException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Returns whether a scan is running. */
    public synchronized boolean isScanning() {
        return scanning != null && !scanning.isDone();
    }

    private void scan(PluginServices parts, CompletableFuture<ScanResult> scan) {
        try {
            ScanResult result = parts.scans().turn(Duration.ZERO) instanceof ScanTurn.Ours turn
                    ? parts.scans().scan(turn)
                    : parts.scans().scan();
            lastScan = result;
            publish(parts);
            scan.complete(result);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            scan.cancel(false);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "The load of the hosts was not measured: {0}", e.getMessage());
            scan.completeExceptionally(e);
        }
    }

    private void publish(PluginServices parts) {
        LoadBoard now = parts.scans().latest();
        board = now;
        parts.reservations().reconcile(SeatAllocator.get().showing(now));
        jobs.sweep(now);
        ExtensionList.lookup(BoardListener.class).forEach(listener -> listener.measured(now));
        NodeScans.get().hostsChanged();
    }

    /** Closes connections whose login has not been used for the given time. */
    void closeIdle(Duration time) {
        accesses.closeIdle(time);
    }

    /** Closes all connections; jobs keep running. */
    @Terminator
    public static void stop() {
        LoadshareService service = get();
        service.stopping = true;
        service.polls.shutdownNow();
        service.workers.shutdownNow();
        service.accesses.close();
    }

    /**
     * Removes the records and the directories of the ended jobs of a build that is over. Its other jobs become orphans.
     */
    @Extension
    public static final class BuildsOver extends RunListener<Run<?, ?>> {

        @Override
        public void onFinalized(Run<?, ?> run) {
            LoadshareService service = get();
            service.jobs.ended(run).forEach(service.jobActions::forget);
        }
    }
}
