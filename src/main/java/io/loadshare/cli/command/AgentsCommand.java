package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.deployment.AgentDeployment;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.ProgressDisplay;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code agents}, for the agents of all hosts. */
@Command(
        name = "agents",
        description = "Install, remove or check the agents of hosts.",
        synopsisSubcommandLabel = "COMMAND")
final class AgentsCommand implements Runnable {

    private static final Duration TO_INSTALL = Duration.ofMinutes(5);

    private final CommandServices wiring;
    private final Console console;

    @Spec
    private CommandSpec spec;

    AgentsCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "agents needs a command: add, remove or check");
    }

    @Command(
            description = "Install or upgrade the agents of hosts, or of all hosts, over SSH, and start them.",
            footer = {
                "",
                "An agent gets our configuration of agents, placement, licenses and scans, and our token. A key and",
                "certificate (agent.tls) must already be on the host. An upgrade does not affect running jobs.",
                "Exit status: 0 if all hosts have their agent, 1 if some do not, 69 if none does, 77 if all refuse the login."
            })
    int add(
            @Parameters(paramLabel = "HOST", arity = "0..*", description = "Hosts or node sets: l[01-04].")
                    List<String> hosts,
            @Option(names = "--into", paramLabel = "DIR", description = "Install the agent in this directory.")
                    String into)
            throws InterruptedException {
        List<Host> chosen = choose(hosts);
        AgentSettings settings = wiring.configuration().agent();
        if (settings.clients().equals(AgentSettings.DEFAULT.clients())) {
            console.say(
                    "warning: agent.clients names only the hosts themselves; add the addresses of all machines that place"
                            + " jobs, or the agents answer none of them");
        }
        AgentDeployment deployment = new AgentDeployment(wiring.transport(), Optional.ofNullable(into));
        byte[] program = ProgramArchive.pack();
        String effective = wiring.loadedConfiguration().show();
        Optional<String> token = settings.tokenFile().map(AgentsCommand::read);
        String release = Version.text() + "-" + Long.toHexString(wiring.seed());
        AgentHealthCheck health = health();
        int status = ParallelHostTask.of(console, "Adding agents", chosen).run(host -> {
            AgentDeployment.Plan plan = new AgentDeployment.Plan(
                    program, release, place -> AgentConfiguration.of(effective, host, place), token);
            String started = deployment.add(host, plan, wiring.deadline(TO_INSTALL));
            AgentHealthCheck.Line answer = health.check(List.of(host), () -> {}).get(0);
            return started + (answer.health().isPresent() ? "" : "; from here: " + answer.trouble());
        });
        wiring.scans().scan(); // from which every user of our state directory learns of the agents
        return status;
    }

    private AgentHealthCheck health() {
        return new AgentHealthCheck(
                wiring.core().agentClient(), wiring.configuration().scan().timeout());
    }

    private static String read(Path tokenFile) {
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "agent.tokenFile: " + tokenFile + " cannot be read: " + e,
                    e);
        }
    }

    @Command(
            description = "Stop and remove the agents of hosts, or of all hosts.",
            footer = {"", "Exit status: 0 if no host has an agent any more, 1 if some may have, 69 if all may have."})
    int remove(
            @Parameters(paramLabel = "HOST", arity = "0..*", description = "Hosts or node sets: l[01-04].")
                    List<String> hosts,
            @Option(names = "--into", paramLabel = "DIR", description = "Remove the agent from this directory.")
                    String into)
            throws InterruptedException {
        AgentDeployment deployment = new AgentDeployment(wiring.transport(), Optional.ofNullable(into));
        return ParallelHostTask.of(console, "Removing agents", choose(hosts))
                .run(host -> deployment.remove(host, wiring.deadline(TO_INSTALL)) ? "removed" : "there was none");
    }

    @Command(
            description = "Show version, uptime and clock of the agents of hosts, or of all hosts.",
            footer = {"", "Exit status: 0 if all are healthy, 1 if some are not, 69 if none is."})
    int check(
            @Parameters(paramLabel = "HOST", arity = "0..*", description = "Hosts or node sets: l[01-04].")
                    List<String> hosts,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        List<Host> asked = choose(hosts);
        List<AgentHealthCheck.Line> lines;
        try (ProgressDisplay progress = ProgressDisplay.of(console, "Checking", asked.size())) {
            lines = health().check(asked, progress::step);
        }
        if (json) {
            console.out()
                    .println(JsonPrinter.print(
                            lines.stream().map(AgentHealthCheck.Line::toTree).toList()));
        } else {
            console.out().print(AgentHealthCheck.table(lines));
        }
        long well = lines.stream().filter(AgentHealthCheck.Line::isWell).count();
        return ParallelHostTask.status(well, lines.size());
    }

    private List<Host> choose(List<String> nodeSets) {
        HostInventory inventory = wiring.configuration().inventory();
        if (nodeSets == null) {
            return inventory.machines();
        }
        return nodeSets.stream()
                .flatMap(nodeSet -> JobRequirements.requireKnown(inventory, nodeSet).stream())
                .distinct()
                .map(name -> inventory.find(name).orElseThrow())
                .toList();
    }
}
