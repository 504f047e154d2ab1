package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.agent.server.AgentService;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.cli.services.ThisProcess;
import io.loadshare.config.Configuration;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code agent}: runs the agent of this machine until a signal ends it. */
@Command(
        name = "agent",
        description = "Serve the load of this machine over HTTP, and keep its reservations (settings: agent).",
        footer = {"", "Runs in the foreground until INT or TERM. 'loadshare agents add' installs agents on hosts."})
final class AgentCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;

    @Option(names = "--host", paramLabel = "NAME", description = "Serve as this host of the configuration.")
    private String host;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Listen only there; otherwise on loopback, or everywhere if agent.clients names others.")
    private String listen;

    AgentCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = wiring.configuration();
        Host thisMachine = thisMachine(configuration.inventory());
        AgentService agent = AgentService.start(new AgentService.Setup(
                thisMachine,
                configuration.agent(),
                configuration.placement(),
                memory(thisMachine),
                clock -> wiring.gauge(thisMachine, clock),
                Optional.ofNullable(listen).map(AgentCommand::address),
                Version.text(),
                console::say));
        AgentService.nameProcess();
        console.say("the agent of " + thisMachine.name() + " listens on "
                + agent.address().getAddress().getHostAddress() + " port "
                + agent.address().getPort());
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> end(agent, configuration.agent().delayEnd()), "loadshare-end"));
        new CountDownLatch(1).await();
        return 0;
    }

    private Host thisMachine(HostInventory inventory) {
        String name = host != null ? host : ThisProcess.hostName();
        for (Host known : inventory.machines()) {
            boolean meant = known.name().value().equals(name)
                    || host == null && (known.local() || known.address().equals(name));
            if (meant) {
                return Host.local(known.name().value());
            }
        }
        if (host != null) {
            JobRequirements.requireKnown(inventory, host);
        }
        return Host.local(name);
    }

    private Path memory(Host thisMachine) {
        HostName name = thisMachine.name();
        // The directory that systemd created for the service is private; elsewhere several machines may share one
        // directory.
        Optional<Path> ofService =
                Optional.ofNullable(wiring.environment().get("STATE_DIRECTORY")).map(Path::of);
        return ofService.orElseGet(this::stateDirectory).resolve("agent." + name);
    }

    private Path stateDirectory() {
        try {
            wiring.state().prepare();
        } catch (LoadshareException e) {
            console.say("warning: " + e.getMessage());
        }
        return wiring.configuration().state().directory();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE, "--listen must be an address of this machine, was '" + text + "'");
        }
    }

    private static void end(AgentService agent, Duration delay) {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        agent.close();
    }
}
