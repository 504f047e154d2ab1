package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.ByteOutput;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code logs}: prints the output of a detached job. */
@Command(name = "logs", description = "Print the output of a detached job.")
final class LogsCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Mixin
    private JobOptions options;

    @Option(
            names = {"-f", "--follow"},
            description = "Continue until the job ends.")
    private boolean follow;

    LogsCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        HostInventory inventory = wiring.configuration().inventory();
        JobRecord job = options.search(wiring).require(id, options.hosts(inventory));
        if (job.foreground()) {
            throw new LoadshareException(
                    LoadshareException.Kind.NO_INPUT,
                    "job " + id + " was run in the foreground, so its output went to its starter and is not kept");
        }
        Host host = inventory.find(job.job().host()).orElseThrow();
        if (follow) {
            new OutputFollower(wiring, console).follow(host, job);
        } else {
            wiring.jobEngine()
                    .copyOutput(
                            host,
                            job.job(),
                            ByteOutput.stdout(),
                            wiring.deadline(wiring.configuration().job().unreachableTimeout()));
        }
        return 0;
    }
}
