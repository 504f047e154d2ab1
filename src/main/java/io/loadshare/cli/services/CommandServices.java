package io.loadshare.cli.services;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.agent.server.LocalProbe;
import io.loadshare.cli.console.Console;
import io.loadshare.config.Configuration;
import io.loadshare.config.ConfigurationEnvironment;
import io.loadshare.config.ConfigurationLoader;
import io.loadshare.config.LoadedConfiguration;
import io.loadshare.desktop.DesktopHosts;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobState;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.ledger.Ledger;
import io.loadshare.load.Observer;
import io.loadshare.probe.CronEntry;
import io.loadshare.probe.Crontab;
import io.loadshare.scan.SelfHeal;
import io.loadshare.scan.SharedScans;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.LoginFallback;
import io.loadshare.transport.LoginOverride;
import io.loadshare.transport.Transport;
import io.loadshare.transport.Transports;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.jsch.HostKeyScan;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.local.LocalTransport;
import io.loadshare.transport.openssh.LocalUser;
import io.loadshare.transport.openssh.OpenSsh;
import io.loadshare.wiring.ServiceOwner;
import io.loadshare.wiring.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Executors;

/**
 * The services that commands use, each created on first use: a command that decides by existing reports opens no
 * connection and loads no SSH. No other class knows the clock, the environment and the user. It is not safe for use by
 * several threads.
 */
public final class CommandServices implements AutoCloseable {

    private final LocalUser caller;
    private final Console console;
    private final InstantSource clock = InstantSource.system();
    private final Random random = new Random(ThisProcess.seed());
    private Optional<Path> configurationFile = Optional.empty();
    private LoadedConfiguration loaded;
    private StateDirectory state;
    private Services services;
    private Transport transport;
    private Optional<String> login = Optional.empty();
    private HostKeyScan hostKeyScan;

    private CommandServices(LocalUser caller, Console console) {
        this.caller = caller;
        this.console = console;
    }

    public static CommandServices ofProcess(Console console) {
        return new CommandServices(ThisProcess.user(), console);
    }

    public void useConfiguration(Path file) {
        configurationFile = Optional.of(file);
    }

    public LoadedConfiguration loadedConfiguration() {
        if (loaded == null) {
            loaded = new ConfigurationLoader(ConfigurationEnvironment.of(
                            configurationFile, caller.environment(), caller.home(), ThisProcess.hostName()))
                    .load();
        }
        return loaded;
    }

    public Configuration configuration() {
        return loadedConfiguration().configuration();
    }

    /** Returns the services that do not depend on the command line. */
    public Services core() {
        if (services == null) {
            services = new Services(configuration(), new Owner(), clock, System::nanoTime, random);
        }
        return services;
    }

    /** The command line as owner of the core's services. Its state and transport are created on first use. */
    private final class Owner implements ServiceOwner {

        @Override
        public Transport transport() {
            Transport own = CommandServices.this.transport();
            return login.isPresent() ? new LoginFallback(configuredTransport(), own) : own;
        }

        @Override
        public StateDirectory state() {
            return CommandServices.this.state();
        }

        @Override
        public Ledger openLedger() {
            return LedgerFile.in(
                    state(), configuration().inventory(), userName(), clock, System::nanoTime, random, this::warn);
        }

        /** Another login is another observer, whose refusals do not apply to us. */
        @Override
        public Observer observer() {
            return new Observer(userName() + login.map(name -> "/" + name).orElse(""), ThisProcess.hostName());
        }

        @Override
        public String howToLift(String host) {
            return "'loadshare undrain " + host + "' lifts the suspension";
        }

        @Override
        public void warn(String message) {
            CommandServices.this.warn(message);
        }

        /** The load table shows it. */
        @Override
        public void suspendedByScan(String message) {}
    }

    public StateDirectory state() {
        if (state == null) {
            state = StateDirectory.open(configuration().state(), this::warn);
        }
        return state;
    }

    /** Returns the transport that reaches this machine directly, and others by SSH or the configured program. */
    public Transport transport() {
        return login.<Transport>map(name -> new LoginOverride(name, configuredTransport()))
                .orElseGet(this::configuredTransport);
    }

    /** Returns a host with the login that jobs have there, if the user named one. */
    public Host withLogin(Host host) {
        return login.map(host::withUser).orElse(host);
    }

    private Transport configuredTransport() {
        if (transport == null) {
            transport = new Transports(new LocalTransport(), remoteTransport());
        }
        return transport;
    }

    /**
     * Sets the login name under which jobs are run and found on every host.
     *
     * @throws LoadshareException of kind USAGE if it cannot be a login name
     */
    public void useLogin(String name) {
        if (!HostName.isArgument(name)) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "--user must be one word that does not begin with '-', was " + Quoted.of(name));
        }
        login = Optional.of(name);
    }

    private Transport remoteTransport() {
        return configuration().ssh().command().isEmpty()
                ? new JschTransport(configuration().ssh(), caller, random)
                : new ExternalTransport(configuration().ssh().command(), caller);
    }

    public HostKeyScan hostKeyScan() {
        if (hostKeyScan == null) {
            hostKeyScan = new HostKeyScan(configuration().ssh(), caller, random);
        }
        return hostKeyScan;
    }

    public SharedScans scans() {
        return core().scans();
    }

    /** Makes scans restore missing cron entries, if the configuration asks for it. */
    public void heal() {
        if (configuration().scan().selfHeal()) {
            try {
                Duration timeout = configuration().scan().timeout();
                scans().healWith(new SelfHeal(crontab(), timeout, System::nanoTime, console::say));
            } catch (LoadshareException e) {
                warn("scan.selfHeal: " + e.getMessage());
            }
        }
    }

    /** Returns access to the crontabs of hosts, for the entry that starts this program with this configuration. */
    public Crontab crontab() {
        List<String> options = configurationFile
                .or(() -> caller.variable("LOADSHARE_CONFIG").map(Path::of))
                .map(file -> List.of("--config", file.toAbsolutePath().toString()))
                .orElse(List.of());
        try {
            CronEntry entry = new CronEntry(
                    ThisProcess.program(),
                    options,
                    caller.variable("JAVA_HOME"),
                    configuration().scan().interval());
            return new Crontab(transport(), entry, random);
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(LoadshareException.Kind.CONFIGURATION, e.getMessage(), e);
        }
    }

    /** Returns a probe that measures this machine and takes the time from the caller's clock. */
    public LocalProbe gauge(Host thisMachine, InstantSource itsClock) {
        return LocalProbe.of(core().scanner(new LocalTransport(), 1, itsClock), thisMachine);
    }

    /** Ends a job and records that. */
    public JobState end(JobRecord job, Duration grace) {
        Host host = configuration().inventory().find(job.job().host()).orElseThrow();
        Deadline deadline = deadline(JobEngine.endLimit(host, grace));
        JobState state = jobEngine().end(host, job.job(), grace, deadline);
        recordEnd(job.job().id(), state.exitStatus(), job.started().orElse(job.submitted()));
        return state;
    }

    /** Records the end of a job. A failure is only a warning, since the next scan records the end, too. */
    public void recordEnd(String id, OptionalInt status, Instant startedAt) {
        dispatcher().reservations().end(id, status, startedAt, this::warn);
    }

    public Dispatcher dispatcher() {
        return core().dispatcher();
    }

    /** Returns the engine that runs jobs on hosts. */
    public SshJobEngine jobEngine() {
        return jobEngine(configuration().job());
    }

    private SshJobEngine jobEngine(JobSettings settings) {
        return new SshJobEngine(
                transport(),
                settings,
                Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "loadshare-watch");
                    thread.setDaemon(true);
                    return thread;
                }),
                clock);
    }

    /** Returns the engine for programs that show windows on our display, by OpenSSH's own X forwarding. */
    public SshJobEngine jobEngineWithDisplay() {
        transport = new Transports(
                new LocalTransport(), display().transport(configuration().ssh()));
        return jobEngine();
    }

    /** Returns the access to the desktops of hosts, which run with the priority of their login. */
    public DesktopHosts desktopHosts() {
        JobEngine engine = jobEngine(configuration().job().withoutNice());
        return new DesktopHosts(engine, transport(), configuration().scan().timeout(), System::nanoTime);
    }

    public DisplayAccess display() {
        return new DisplayAccess(caller);
    }

    /** Returns the waiting requests in the order in which they are served. */
    public List<QueuedRequest> queue() {
        return QueuedRequest.all(dispatcher().reservations(), clock.instant());
    }

    /** Returns the waiting request with an ID. */
    public Optional<QueuedRequest> queued(String id) {
        return queue().stream().filter(request -> request.id().equals(id)).findFirst();
    }

    public JobSearch jobSearch(JobEngine.Owner owner) {
        return new JobSearch(jobEngine(), owner, deadline(configuration().scan().timeout()), console);
    }

    public InstantSource clock() {
        return clock;
    }

    public long seed() {
        return random.nextLong();
    }

    public Deadline deadline(Duration duration) {
        return Deadline.after(duration, System::nanoTime);
    }

    public Map<String, String> environment() {
        return caller.environment();
    }

    /** Returns the login names under which jobs run on hosts. */
    public LoginNames loginNames() {
        return new LoginNames(
                configuration().inventory(),
                login,
                userName(),
                openSsh(),
                deadline(configuration().scan().timeout()));
    }

    /** Returns the settings with which OpenSSH's client reaches hosts. */
    public OpenSsh openSsh() {
        return new OpenSsh(configuration().ssh(), caller);
    }

    /** Returns the first program with that name in the user's PATH. */
    public Optional<Path> program(String name) {
        return caller.program(name);
    }

    /** Returns the login name on this machine. */
    public String userName() {
        return caller.user();
    }

    private void warn(String message) {
        console.say("warning: " + message);
    }

    @Override
    public void close() {
        if (services != null) {
            services.close();
        }
        if (transport != null) {
            transport.close();
        }
    }
}
