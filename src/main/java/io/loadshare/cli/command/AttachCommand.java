package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.launch.OutputFollower;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.job.JobRecord;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code attach}: follows a job to its end and returns its exit status. */
@Command(
        name = "attach",
        description = "Follow a job's output to its end, and exit with its status. Ctrl-C detaches; the job continues.")
final class AttachCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Mixin
    private JobOptions options;

    AttachCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        HostInventory inventory = wiring.configuration().inventory();
        JobRecord job = options.search(wiring).require(id, options.hosts(inventory));
        Host host = inventory.find(job.job().host()).orElseThrow();
        return new OutputFollower(wiring, console).follow(host, job);
    }
}
