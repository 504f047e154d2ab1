package io.loadshare.cli.services;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentRounds;
import io.loadshare.agent.server.LocalProbe;
import io.loadshare.cli.console.Console;
import io.loadshare.config.Configuration;
import io.loadshare.config.ConfigurationEnvironment;
import io.loadshare.config.ConfigurationLoader;
import io.loadshare.config.LoadedConfiguration;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.JobIds;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.dispatch.Reservations;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.JobControl;
import io.loadshare.job.JobLauncher;
import io.loadshare.job.JobWatcher;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseServer;
import io.loadshare.load.Observer;
import io.loadshare.placement.Placer;
import io.loadshare.probe.CronEntry;
import io.loadshare.probe.Crontab;
import io.loadshare.probe.Scanner;
import io.loadshare.scan.SelfHeal;
import io.loadshare.scan.SharedScans;
import io.loadshare.scan.TroubledHosts;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.transport.CallersLocale;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.LoginFallback;
import io.loadshare.transport.LoginOverride;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.Transports;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.local.LocalTransport;
import io.loadshare.transport.openssh.Destination;
import io.loadshare.transport.openssh.LocalUser;
import io.loadshare.transport.openssh.OpenSsh;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The services that commands use, each created on first use: a command that decides by existing reports opens no
 * connection and loads no SSH. No other class knows the clock, the environment and the user. It is not safe for use by
 * several threads.
 */
public final class CommandServices implements AutoCloseable {

    private final Map<String, String> environment;
    private final Console console;
    private final InstantSource clock = InstantSource.system();
    private final Random random = new Random(seedOfKernel());
    private final JobIds jobIds = new JobIds(clock, random);
    private Optional<Path> configurationFile = Optional.empty();
    private LoadedConfiguration loaded;
    private StateDirectory state;
    private Ledger ledger;
    private Transport transport;
    private Optional<String> login = Optional.empty();
    private SharedScans scans;
    private AgentRounds agents;
    private HostKeyScan hostKeyScan;

    private CommandServices(Map<String, String> environment, Console console) {
        this.environment = environment;
        this.console = console;
    }

    public static CommandServices ofProcess(Console console) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        CallersLocale.restore(environment);
        return new CommandServices(Map.copyOf(environment), console);
    }

    public void useConfiguration(Path file) {
        configurationFile = Optional.of(file);
    }

    public LoadedConfiguration loadedConfiguration() {
        if (loaded == null) {
            loaded = new ConfigurationLoader(
                            ConfigurationEnvironment.of(configurationFile, environment, home(), hostName()))
                    .load();
        }
        return loaded;
    }

    public Configuration configuration() {
        return loadedConfiguration().configuration();
    }

    public StateDirectory state() {
        if (state == null) {
            state = StateDirectory.open(configuration().state(), this::warn);
        }
        return state;
    }

    public Ledger ledger() {
        if (ledger == null) {
            state().prepare();
            ledger = new LedgerFile(
                    state().path().resolve("ledger"),
                    state().access(),
                    configuration().inventory(),
                    userName(),
                    clock,
                    System::nanoTime,
                    random,
                    this::warn);
        }
        return ledger;
    }

    /** Returns the transport that reaches this machine directly, and others by SSH or the configured program. */
    public Transport transport() {
        return login.<Transport>map(name -> new LoginOverride(name, configuredTransport()))
                .orElseGet(this::configuredTransport);
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
                ? new JschTransport(configuration().ssh(), caller(), random)
                : new ExternalTransport(configuration().ssh().command(), caller());
    }

    private LocalUser caller() {
        return new LocalUser(userName(), home(), environment);
    }

    public HostKeyScan hostKeyScan() {
        if (hostKeyScan == null) {
            hostKeyScan = new HostKeyScan(configuration().ssh(), caller(), random);
        }
        return hostKeyScan;
    }

    public SharedScans scans() {
        if (scans == null) {
            scans = new SharedScans(
                    configuration().inventory(),
                    configuration().scan(),
                    state(),
                    this::scanner,
                    clock,
                    observer(),
                    troubledHosts(message -> {}));
        }
        return scans;
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
                .or(() -> variable("LOADSHARE_CONFIG").map(Path::of))
                .map(file -> List.of("--config", file.toAbsolutePath().toString()))
                .orElse(List.of());
        try {
            CronEntry entry = new CronEntry(
                    program(),
                    options,
                    variable("JAVA_HOME"),
                    configuration().scan().interval());
            return new Crontab(transport(), entry, random);
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(LoadshareException.Kind.CONFIGURATION, e.getMessage(), e);
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private Scanner scanner() {
        Transport any = login.isPresent() ? new LoginFallback(configuredTransport(), transport()) : transport();
        return new Scanner(
                any, configuration().probe(), configuration().scan(), Scanner.CONCURRENCY, clock, System::nanoTime);
    }

    /** Returns a probe that measures this machine and takes the time from the caller's clock. */
    public LocalProbe gauge(Host thisMachine, InstantSource itsClock) {
        return LocalProbe.of(
                new Scanner(
                        new LocalTransport(),
                        configuration().probe(),
                        configuration().scan(),
                        1,
                        itsClock,
                        System::nanoTime),
                thisMachine);
    }

    public Placer placer() {
        return new Placer(configuration().placement());
    }

    public Reservations reservations() {
        return new Reservations(ledger(), placer(), jobIds, clock, agents(), troubledHosts(this::warn));
    }

    /**
     * Returns this user on this machine as an observer of hosts; another login is another observer, whose refusals do
     * not apply to us.
     */
    private Observer observer() {
        return new Observer(userName() + login.map(name -> "/" + name).orElse(""), hostName());
    }

    private TroubledHosts troubledHosts(Consumer<String> listener) {
        return new TroubledHosts(
                state(), clock, host -> "'loadshare undrain " + host + "' lifts the suspension", listener);
    }

    /** Returns the client that asks the agents of hosts, where the last scan found some. */
    private AgentRounds agents() {
        if (agents == null) {
            agents = new AgentRounds(
                    this::agentClient,
                    configuration().placement(),
                    configuration().query().timeout(),
                    clock,
                    System::nanoTime,
                    random);
        }
        return agents;
    }

    public AgentClient agentClient() {
        return new AgentClient(configuration().agent(), clock);
    }

    /** Warns if a ledger entry could not be closed; the next scan closes it. */
    public void warnUnrecorded(Optional<LoadshareException> unrecorded) {
        unrecorded.ifPresent(failure -> warn(failure.getMessage() + "; the next scan closes the ledger entry"));
    }

    public Dispatcher dispatcher() {
        return new Dispatcher(
                placer(),
                reservations(),
                scans(),
                licenseServer(),
                jobIds,
                configuration().retry(),
                clock);
    }

    public LicenseServer licenseServer() {
        return new LmstatServer(configuration().inventory(), clock, System::nanoTime);
    }

    public JobLauncher jobLauncher() {
        return new JobLauncher(transport(), configuration().job());
    }

    /** Returns a launcher of programs that show windows on our display, by OpenSSH's own X forwarding. */
    public JobLauncher jobLauncherWithDisplay() {
        SshSettings ssh = configuration().ssh();
        List<String> words = new ArrayList<>(ssh.command());
        if (words.isEmpty()) {
            words.addAll(List.of("ssh", "-o", "BatchMode=yes"));
            if (Files.exists(ssh.config())) {
                words.addAll(List.of("-F", ssh.config().toString()));
            }
            words.addAll(List.of("-o", "UserKnownHostsFile=" + ssh.knownHosts()));
            ssh.identity().ifPresent(identity -> words.addAll(List.of("-i", identity.toString())));
        }
        if (!words.contains("-Y")) {
            words.add("-X");
        }
        transport = new Transports(
                new LocalTransport(),
                DisplayTransport.over(new ExternalTransport(words, caller()), host -> !hasDisplayBeside(host)));
        return jobLauncher();
    }

    /** Returns our display, if we have one. */
    public Optional<String> display() {
        return variable("DISPLAY");
    }

    /** Returns whether a host is the machine that has our display. */
    public boolean hasDisplayBeside(Host host) {
        boolean here = host.local() || (hostName() + ".").startsWith(host.name().value() + ".");
        return here && display().filter(display -> display.startsWith(":")).isPresent();
    }

    /** Returns the path of this program, to start it again. */
    public String program() {
        return System.getProperty("loadshare.program", "loadshare");
    }

    public JobControl jobControl() {
        return new JobControl(transport());
    }

    public JobWatcher jobWatcher() {
        return new JobWatcher(
                transport(),
                Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "loadshare-watch");
                    thread.setDaemon(true);
                    return thread;
                }),
                clock,
                JobWatcher.Pace.giveUpAfter(configuration().job().unreachableTimeout()));
    }

    /** Returns the waiting requests in the order in which they are served. */
    public List<QueuedRequest> queue() {
        return QueuedRequest.all(reservations(), clock.instant());
    }

    /** Returns the waiting request with an ID. */
    public Optional<QueuedRequest> queued(String id) {
        return queue().stream().filter(request -> request.id().equals(id)).findFirst();
    }

    public JobSearch jobSearch(JobControl.Owner owner) {
        return new JobSearch(
                jobControl(), owner, deadline(configuration().scan().timeout()), console);
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
        return environment;
    }

    /**
     * Returns the login name on a host, as configured, or from the SSH configuration.
     *
     * @throws LoadshareException of kind CONFIGURATION if that cannot be read
     */
    public String loginOn(Host host) {
        if (host.local()) {
            return userName();
        }
        return login.or(host::user).orElseGet(() -> new OpenSsh(configuration().ssh(), caller())
                .settings(Destination.of(host), deadline(configuration().scan().timeout()))
                .user());
    }

    /** Returns the login names under which jobs run; the SSH configuration is evaluated for one host only. */
    public Set<String> logins() {
        Set<String> logins = new LinkedHashSet<>();
        Optional<Host> unnamed = Optional.empty();
        for (Host host : configuration().inventory().hosts()) {
            if (host.local() || host.user().isPresent()) {
                logins.add(loginOn(host));
            } else {
                unnamed = unnamed.or(() -> Optional.of(host));
            }
        }
        unnamed.ifPresent(host -> logins.add(loginOn(host)));
        return logins;
    }

    /** Returns the login name on this machine. */
    public String userName() {
        return System.getProperty("user.name");
    }

    private void warn(String message) {
        console.say("warning: " + message);
    }

    /**
     * Returns a random generator with a different seed in every process; SecureRandom would load more classes than most
     * commands need.
     */
    private static long seedOfKernel() {
        try (InputStream kernel = Files.newInputStream(Path.of("/dev/urandom"))) {
            return ByteBuffer.wrap(kernel.readNBytes(Long.BYTES)).getLong();
        } catch (IOException e) {
            return System.nanoTime() ^ ProcessHandle.current().pid() << 32;
        }
    }

    /** Returns $HOME, as a shell expands it; the JVM's own value comes from the password file. */
    private Path home() {
        return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    }

    /** Returns this machine's name from the kernel; a request to the resolver could hang. */
    public static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    @Override
    public void close() {
        if (agents != null) {
            agents.close();
        }
        if (transport != null) {
            transport.close();
        }
    }
}
