package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.TextTable;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.job.JobRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code desktop list}: lists the running desktops. */
@Command(
        name = "list",
        description = {
            "List your desktops. IDLE is the time without a viewer.",
            "STATE: connected (to a viewer), disconnected, idle (without a viewer for desktop.idle),",
            "not ready, or unknown (its host did not answer)."
        })
final class DesktopListCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Mixin
    private JobOptions options;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    DesktopListCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        Duration longIdle = wiring.configuration().desktop().idle();
        List<JobRecord> jobs =
                options.search(wiring).all(options.hosts(wiring.configuration().inventory()));
        List<ListedDesktop> desktops = ListedDesktop.among(jobs, wiring, console);
        if (json) {
            console.out()
                    .println(JsonPrinter.print(desktops.stream()
                            .map(desktop -> desktop.toTree(longIdle))
                            .toList()));
            return;
        }
        Instant now = wiring.clock().instant();
        TextTable table = new TextTable("USER", "DESKTOP", ">AGE", ">IDLE", "STATE", "ID");
        for (ListedDesktop desktop : desktops) {
            Instant since = desktop.job().started().orElse(desktop.job().submitted());
            table.row(
                    desktop.job().owner(),
                    desktop.name(),
                    Durations.print(Duration.between(since, now)),
                    desktop.desktop()
                            .map(found -> Durations.print(found.idle()))
                            .orElse("-"),
                    desktop.state(longIdle),
                    desktop.job().job().id());
        }
        console.out().print(table.print());
    }
}
