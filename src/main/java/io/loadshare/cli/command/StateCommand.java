package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.TextTable;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.Configuration;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.statecheck.StateCheck;
import io.loadshare.statecheck.StateFinding;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code state}, for the state directory. */
@Command(name = "state", description = "Check the state directory.", synopsisSubcommandLabel = "COMMAND")
final class StateCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Spec
    private CommandSpec spec;

    StateCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "state needs a command: check");
    }

    @Command(
            description = "Test the state directory: locks, whole files, visibility, clocks.",
            footer = {"", "Exit status: 0 if all hosts were reached and all tests that could run pass, 1 if not."})
    int check(
            @Option(
                            names = "--from",
                            paramLabel = "A,B",
                            description = "Test from these hosts, too; otherwise from another process of this machine.")
                    String from) {
        Configuration configuration = wiring.configuration();
        HostInventory inventory = configuration.inventory();
        List<Host> hosts = from == null
                ? List.of(Host.local("here"))
                : JobRequirements.requireKnown(inventory, from).stream()
                        .map(name -> inventory.find(name).orElseThrow())
                        .toList();
        List<StateFinding> findings = new StateCheck(
                        wiring.state(), wiring.transport(), wiring.clock(), System::nanoTime, wiring.seed())
                .run(hosts);
        TextTable table = new TextTable("HOST", "GUARANTEE", "RESULT", "SEEN");
        for (StateFinding finding : findings) {
            table.row(
                    finding.host().name().value(),
                    finding.guarantee().toString(),
                    finding.verdict().name().toLowerCase(Locale.ROOT),
                    finding.words());
        }
        console.out().print(table.print());
        StateFinding.consequences(findings).forEach(line -> console.out().println(line));
        return findings.stream().anyMatch(StateFinding::isBad) ? 1 : 0;
    }
}
