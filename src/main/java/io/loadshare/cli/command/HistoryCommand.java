package io.loadshare.cli.command;

import io.loadshare.Timestamps;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.host.HostName;
import io.loadshare.job.JobRecord;
import io.loadshare.load.HostStatus.Suspension;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code history}: lists running and ended jobs. */
@Command(name = "history", description = "List your running and ended jobs, while their hosts keep them (job.keep).")
final class HistoryCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Mixin
    private JobOptions options;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    HistoryCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<JobRecord> jobs =
                options.search(wiring).all(options.hosts(wiring.configuration().inventory()));
        Instant now = wiring.clock().instant();
        JobTable.print(List.of(), jobs, json, console, now);
        wiring.state().suspensions().forEach((host, suspension) -> printSuspension(host, suspension, now));
    }

    private void printSuspension(HostName host, Suspension suspension, Instant now) {
        if (suspension.isRemembered(now)) {
            console.say(host + " has been in trouble since " + Timestamps.print(suspension.since()) + ": "
                    + suspension.reason()
                    + (suspension.holds(now) ? "; suspended until " + Timestamps.print(suspension.until()) : ""));
        }
    }
}
