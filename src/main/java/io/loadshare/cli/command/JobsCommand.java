package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.job.JobRecord;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code jobs}: lists waiting and running jobs. */
@Command(name = "jobs", description = "List your waiting and running jobs.")
final class JobsCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Mixin
    private JobOptions options;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    JobsCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<JobRecord> running = options
                .search(wiring)
                .all(options.hosts(wiring.configuration().inventory()))
                .stream()
                .filter(job -> !job.state().isFinal())
                .toList();
        List<QueuedRequest> waiting = options.ofOwner(wiring.queue(), wiring);
        JobTable.print(waiting, running, json, console, wiring.clock().instant());
    }
}
