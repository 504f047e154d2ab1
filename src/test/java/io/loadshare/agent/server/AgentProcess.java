package io.loadshare.agent.server;

import io.loadshare.host.Host;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.Probe;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import io.loadshare.transport.local.LocalTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An agent that really measures this machine, in a process of its own; prints what it logs, and that it listens. */
final class AgentProcess {

    private AgentProcess() {}

    /** @param args the port, and the file of its memory */
    public static void main(String[] args) throws InterruptedException {
        Host host = Host.local("h1");
        Probe probe = new Probe(List.of(), Optional.empty(), Duration.ofSeconds(5));
        AgentService.start(new AgentService.Setup(
                host,
                TestingAgent.settings(Integer.parseInt(args[0])),
                PlacementSettings.DEFAULT,
                Path.of(args[1]),
                clock -> LocalProbe.of(
                        new Scanner(new LocalTransport(), probe, ScanSettings.DEFAULT, 1, clock, System::nanoTime),
                        host),
                Optional.empty(),
                "0.1.0",
                line -> System.out.println("log: " + line)));
        System.out.println("listening");
        new CountDownLatch(1).await();
    }
}
