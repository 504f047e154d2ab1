package io.loadshare.bench.agent;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.server.AgentService;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.HostResult;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A process with the agents of idle hosts h1, h2, … on 127.0.0.1, 127.0.0.2, …. It prints a line when they listen, and
 * exits at the end of its input.
 */
final class ManyAgents {

    private ManyAgents() {}

    static HostInventory inventory(int agents) {
        return new HostInventory(
                IntStream.rangeClosed(1, agents).mapToObj(ManyAgents::host).toList(), List.of());
    }

    private static Host host(int number) {
        return new Host(
                new HostName("h" + number),
                "127.0." + number / 256 + "." + number % 256,
                OptionalInt.empty(),
                Optional.empty(),
                Set.of(),
                1.0,
                false,
                Optional.empty());
    }

    static AgentSettings settings(int port) {
        return new AgentSettings(port, List.of("127.0.0.1"), Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    /** @param args the number of agents, their port, and a directory for their state */
    public static void main(String[] args) throws IOException {
        for (Host host : inventory(Integer.parseInt(args[0])).hosts()) {
            AgentService.start(new AgentService.Setup(
                    host,
                    settings(Integer.parseInt(args[1])),
                    PlacementSettings.DEFAULT,
                    Path.of(args[2], host.name().value()),
                    clock -> () -> measured(host.name(), clock.instant()),
                    Optional.of(InetAddress.getByName(host.address())),
                    "bench",
                    System.err::println));
        }
        System.out.println("listening");
        while (System.in.read() >= 0) {
            continue; // the process that started this one still lives
        }
    }

    private static HostResult measured(HostName host, Instant now) {
        return HostResult.of(report(host, now), now, Duration.ofMillis(1));
    }

    static LoadReport report(HostName host, Instant now) {
        return new LoadReport(
                host,
                now,
                new LoadReport.Boot("boot", Duration.ofDays(1)),
                new LoadReport.LoadAverage(0, 0, 0, 0, 300),
                4,
                new LoadReport.Memory(16L << 30, 8L << 30),
                new LoadReport.Threads(0, 0, true),
                List.of(),
                new LoadReport.People(Optional.of(List.of()), List.of()),
                List.of(),
                LoadReport.Health.GOOD,
                true,
                List.of());
    }
}
