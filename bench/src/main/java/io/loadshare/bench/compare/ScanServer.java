package io.loadshare.bench.compare;

import io.loadshare.host.Host;
import io.loadshare.probe.Probe;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
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
 * A process that scans for each input line: {@code warm} over its open connections, {@code cold} over new ones, {@code
 * echo} with a command that does nothing instead of the probe. It prints the number of hosts that answered. Arguments:
 * ssh_config, known_hosts, host names.
 */
final class ScanServer {

    static final String WARM = "warm";
    static final String COLD = "cold";
    static final String ECHO = "echo";

    private static final int LIMIT = 1000;

    private final SshSettings ssh;
    private final List<Host> hosts;
    private Transport transport;

    private ScanServer(SshSettings ssh, List<Host> hosts) {
        this.ssh = ssh;
        this.hosts = hosts;
        this.transport = newTransport();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        SshSettings ssh = new SshSettings(Path.of(args[0]), Path.of(args[1]), Optional.empty(), List.of());
        List<Host> hosts = Arrays.stream(args[2].split(",")).map(Host::named).toList();
        ScanServer server = new ScanServer(ssh, hosts);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            System.out.println(line.equals(ECHO) ? server.echo() : server.scan(line.equals(COLD)));
        }
        server.transport.close();
    }

    private Transport newTransport() {
        return new JschTransport(ssh, LocalUser.current(), new Random());
    }

    private int scan(boolean cold) throws InterruptedException {
        if (cold) {
            transport.close();
            transport = newTransport();
        }
        ScanSettings settings = ScanSettings.DEFAULT;
        Probe probe = new Probe(List.of(), Optional.empty(), settings.timeout().dividedBy(2));
        Scanner scanner =
                new Scanner(transport, probe, settings, Scanner.CONCURRENCY, InstantSource.system(), System::nanoTime);
        return scanner.scan(hosts, result -> {}).answered();
    }

    private int echo() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(hosts.size(), Scanner.CONCURRENCY));
        try {
            List<Callable<Integer>> calls = hosts.stream()
                    .map(host -> (Callable<Integer>) () -> echo(host))
                    .toList();
            int answered = 0;
            for (Future<Integer> status : threads.invokeAll(calls)) {
                answered += status.get() == 0 ? 1 : 0;
            }
            return answered;
        } catch (ExecutionException e) {
            throw new IllegalStateException("echo failed", e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    private int echo(Host host) {
        Deadline deadline = Deadline.after(ScanSettings.DEFAULT.timeout(), System::nanoTime);
        try (Session session = transport.connect(host, deadline)) {
            return session.run("echo", new byte[0], LIMIT, deadline).status();
        }
    }
}
