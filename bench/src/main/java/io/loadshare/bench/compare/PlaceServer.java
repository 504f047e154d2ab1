package io.loadshare.bench.compare;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QuerySettings;
import io.loadshare.config.Configuration;
import io.loadshare.desktop.DesktopSettings;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.RetrySettings;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.ledger.Ledger;
import io.loadshare.load.Observer;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.ScanSettings;
import io.loadshare.scan.SharedScans;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import io.loadshare.wiring.ServiceOwner;
import io.loadshare.wiring.Services;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that reads the number of jobs from each input line, places and starts them as Jenkins does in its own
 * process, and prints how many it started. The ledger is a file. Arguments: ssh_config, known_hosts, state directory,
 * host names, then the command line of the job.
 */
final class PlaceServer {

    private static final String USER = "bench";
    private static final int THREADS = 64;

    private final Random random = new Random();
    private final HostInventory inventory;
    private final List<String> job;
    private final SharedScans scans;
    private final Dispatcher dispatcher;
    private final JobEngine engine;
    private final Transport transport;

    private PlaceServer(SshSettings ssh, Path directory, HostInventory inventory, List<String> job) {
        this.inventory = inventory;
        this.job = job;
        this.transport = new JschTransport(ssh, LocalUser.current(), random);
        StateSettings state = new StateSettings(directory, false);
        Configuration configuration = new Configuration(
                inventory,
                false,
                List.of(),
                List.of(),
                ScanSettings.DEFAULT,
                PlacementSettings.DEFAULT.withoutSlotLimit(),
                RetrySettings.DEFAULT,
                QuerySettings.DEFAULT,
                ssh,
                JobSettings.DEFAULT,
                DesktopSettings.DEFAULT,
                AgentSettings.DEFAULT,
                state);
        Services services = new Services(
                configuration,
                new Owner(transport, StateDirectory.open(state, System.err::println), inventory),
                InstantSource.system(),
                System::nanoTime,
                random);
        this.scans = services.scans();
        this.dispatcher = services.dispatcher();
        this.engine = new SshJobEngine(
                transport, JobSettings.DEFAULT, Executors.newSingleThreadScheduledExecutor(), InstantSource.system());
    }

    private record Owner(Transport transport, StateDirectory state, HostInventory inventory) implements ServiceOwner {

        @Override
        public Ledger openLedger() {
            return LedgerFile.in(
                    state,
                    inventory,
                    USER,
                    InstantSource.system(),
                    System::nanoTime,
                    new Random(),
                    System.err::println);
        }

        @Override
        public Observer observer() {
            return new Observer(USER, "here");
        }

        @Override
        public String howToLift(String host) {
            return "";
        }

        @Override
        public void warn(String message) {
            System.err.println(message);
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        SshSettings ssh = new SshSettings(Path.of(args[0]), Path.of(args[1]), Optional.empty(), List.of());
        List<Host> hosts = Arrays.stream(args[3].split(",")).map(Host::named).toList();
        PlaceServer server = new PlaceServer(
                ssh,
                Path.of(args[2]),
                new HostInventory(hosts, List.of()),
                List.of(args).subList(4, args.length));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            int jobs = Integer.parseInt(line);
            System.out.println(jobs == 0 ? server.scans.scan().answered() : server.start(jobs));
        }
        server.transport.close();
    }

    private int start(int jobs) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<String>> starts = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                starts.add(this::start);
            }
            int started = 0;
            for (Future<String> start : threads.invokeAll(starts)) {
                start.get();
                started++;
            }
            return started;
        } finally {
            threads.shutdown();
        }
    }

    private String start() throws InterruptedException {
        PlacementRequest request =
                PlacementRequest.of("all hosts", inventory.machinePositions(), USER, random.nextLong());
        PlacedRequest place = dispatcher.place(request, WaitPolicy.ENDLESS, DispatchListener.SILENT);
        if (!dispatcher.start(place, DispatchListener.SILENT)) {
            return start();
        }
        Deadline deadline = Deadline.after(ScanSettings.DEFAULT.timeout(), System::nanoTime);
        engine.start(place.host(), JobSpec.of(place.id(), job), () -> {}, deadline);
        return place.id();
    }
}
