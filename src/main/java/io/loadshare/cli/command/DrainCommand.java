package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.HostName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code drain}: keeps new jobs away from hosts. */
@Command(name = "drain", description = "Place no new jobs on hosts; running jobs continue.")
final class DrainCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "HOST", description = "A host or a node set: l[01-04].")
    private String hosts;

    @Option(
            names = "--reason",
            paramLabel = "R",
            defaultValue = "no reason given",
            description = "Give this reason wherever the host is refused.")
    private String reason;

    DrainCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<HostName> names =
                JobRequirements.requireKnown(wiring.configuration().inventory(), hosts);
        for (HostName name : names) {
            wiring.state().drain(name, reason, wiring.userName(), wiring.clock().instant());
        }
        console.say("drained " + hosts + ": " + reason);
    }
}
