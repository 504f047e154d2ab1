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
import io.jenkins.plugins.loadshare.seats.SeatAllocator;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.Job;
import io.loadshare.job.JobControl;
import io.loadshare.job.JobRecord;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanTurn;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Login;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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

    private static final Logger AUDIT = Logger.getLogger("io.jenkins.plugins.loadshare.audit");

    /** The time between TERM and KILL when a job is ended. */
    public static final Duration END_GRACE = Duration.ofSeconds(10);

    /** The limit for ending a job. */
    public static final Duration END_LIMIT = Duration.ofSeconds(25);

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
    private final Set<String> ending = ConcurrentHashMap.newKeySet();
    private final Placements placements = new Placements(home.resolve("placements"), LOGGER::warning);

    private PluginServices wiring; // guarded by this
    private CompletableFuture<ScanResult> scanning; // guarded by this
    private volatile LoadBoard board;
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
        Settings settings = Settings.current();
        if (wiring == null || wiring.settings() != settings) {
            PluginServices old = wiring;
            wiring = new PluginServices(settings, () -> forScans(settings).transport(), clock, random);
            board = wiring.scans().latest();
            if (old != null) {
                workers.execute(old::close);
            }
        }
        return wiring;
    }

    /**
     * Returns access to the hosts with the administrator's login, for scans only. Without the configured credentials,
     * only hosts that are this machine can be reached.
     */
    public HostAccess forScans(Settings settings) {
        Login login;
        try {
            login = settings.credentialsId().map(Credentials::ofSystem).orElseGet(Login.Configured::new);
        } catch (LoadshareException e) {
            return accesses.localOnly(settings, e);
        }
        return access(settings, login);
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

    /**
     * Ends a job that a build started, in the background.
     *
     * @param by the user who requested it, for the log
     * @return a future that completes once the job has ended, or fails with a {@link LoadshareException} if it cannot
     *     be ended
     */
    public CompletableFuture<Void> abort(BuildJob job, String by) {
        AUDIT.log(Level.INFO, "{0} ends job {1} of {2} on {3}", new Object[] {
            by, job.id(), job.build(), job.host().name()
        });
        return jobs.follower(job.id())
                .map(follower -> CompletableFuture.runAsync(() -> follower.accept(by), workers))
                .orElseGet(() -> CompletableFuture.runAsync(() -> endOrphan(job), workers));
    }

    private void endOrphan(BuildJob job) {
        Deadline deadline = Deadline.after(END_LIMIT, System::nanoTime);
        JobControl control = accessTo(job).control();
        Optional<Job> known = job.job()
                .or(() -> control.find(job.host(), new JobControl.Self(), job.id(), deadline)
                        .map(JobRecord::job));
        known.ifPresent(running -> control.end(job.host(), running, END_GRACE, deadline));
        jobs.remove(job.id());
    }

    /** Ends the jobs that hold slots for builds that are gone, so that these slots do not stay taken. */
    void endLostHolders() {
        for (BuildJob job : jobs.lostHolders()) {
            if (ending.add(job.id())) {
                abort(job, "Jenkins").whenComplete((done, failure) -> {
                    later(Duration.ofSeconds(30), () -> ending.remove(job.id()));
                    if (failure != null) {
                        LOGGER.log(
                                Level.WARNING,
                                "Job {0} on {1} holds a slot for build {2}, which is gone: {3}",
                                new Object[] {job.id(), job.host().name(), job.build(), failure.getMessage()});
                    }
                });
            }
        }
    }

    /**
     * Removes the record of an ended job and, if all its output has been read, its directory on the host, in the
     * background. If that fails, the host removes the directory after {@code job.keep}.
     */
    public void forget(BuildJob job) {
        if (job.progress() != BuildJob.Progress.READ || job.job().isEmpty()) {
            jobs.remove(job.id());
            return;
        }
        workers.execute(() -> {
            try {
                Deadline deadline = Deadline.after(END_LIMIT, System::nanoTime);
                accessTo(job).control().remove(job.host(), job.job().get(), deadline);
            } catch (RuntimeException e) {
                LOGGER.log(Level.FINE, "The directory of job " + job.id() + " is not removed", e);
            }
            jobs.remove(job.id());
        });
    }

    /** Runs a short task later. It does not run if Jenkins shuts down before. */
    public void later(Duration delay, Runnable task) {
        try {
            polls.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.FINE, "Jenkins shuts down", e);
        }
    }

    /** Copies the output of an orphan so far. */
    public void copyOutput(BuildJob job, OutputStream sink) {
        Job known = job.job()
                .orElseThrow(() -> new LoadshareException(LoadshareException.Kind.NO_INPUT, "it has not started"));
        accessTo(job).control().copyOutput(job.host(), known, sink, Deadline.after(END_LIMIT, System::nanoTime));
    }

    /** Returns access with the login with which the job was started, even if its build is gone. */
    private HostAccess accessTo(BuildJob job) {
        Run<?, ?> run = Run.fromExternalizableId(job.build());
        Settings settings = Settings.current();
        if (job.credentialsId().isEmpty()) {
            return access(settings, new Login.Configured());
        }
        String id = job.credentialsId().get();
        return access(settings, run == null ? Credentials.ofGoneBuild(job.build(), id) : Credentials.of(run, id));
    }

    /** Returns the results of the last scan, from memory. */
    @Override
    public LoadBoard latest() {
        LoadBoard known = board;
        return known == null ? LoadBoard.empty(Settings.current().core().inventory()) : known;
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

    /** Returns whether a scan is running. */
    public synchronized boolean isScanning() {
        return scanning != null && !scanning.isDone();
    }

    private void scan(PluginServices parts, CompletableFuture<ScanResult> scan) {
        try {
            ScanResult result = parts.scans().turn(Duration.ZERO) instanceof ScanTurn.Ours turn
                    ? parts.scans().scan(turn)
                    : parts.scans().scan();
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

    /** Removes the records and the directories of the ended jobs of a build that is over. Its other jobs become orphans. */
    @Extension
    public static final class BuildsOver extends RunListener<Run<?, ?>> {

        @Override
        public void onFinalized(Run<?, ?> run) {
            LoadshareService service = get();
            service.jobs.ended(run).forEach(service::forget);
        }
    }
}
