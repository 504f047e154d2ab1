package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.JobRequirements;
import io.loadshare.host.HostName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code undrain}: allows new jobs on hosts again. */
@Command(name = "undrain", description = "Allow new jobs on drained or suspended hosts again.")
final class UndrainCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "HOST", description = "A host or a node set: l[01-04].")
    private String hosts;

    UndrainCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<HostName> names =
                JobRequirements.requireKnown(wiring.configuration().inventory(), hosts);
        for (HostName name : names) {
            wiring.state().undrain(name);
            wiring.state().unsuspend(name);
        }
        console.say("undrained " + hosts);
    }
}
