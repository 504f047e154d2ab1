package io.loadshare.bench.compare;

import io.loadshare.host.Host;
import io.loadshare.probe.Probe;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.Caller;
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

/**
 * A process that scans whenever a line comes: {@code warm} over the connections it has, {@code cold} over new ones. It
 * answers with the number of reports. Arguments: ssh_config, known_hosts, names of hosts.
 */
final class ScanServer {

    static final String WARM = "warm";
    static final String COLD = "cold";

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
            System.out.println(server.scan(line.equals(COLD)));
        }
        server.transport.close();
    }

    private Transport newTransport() {
        return new JschTransport(ssh, Caller.current(), new Random());
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
}
