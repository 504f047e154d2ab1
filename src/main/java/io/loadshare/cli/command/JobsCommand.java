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

/** The command {@code jobs}: lists running jobs. */
@Command(name = "jobs", description = "List your running jobs.")
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
        print(running, json, console, wiring.clock().instant());
    }

    static void print(List<JobRecord> jobs, boolean json, Console console, Instant now) {
        if (json) {
            console.out()
                    .println(JsonPrinter.print(
                            jobs.stream().map(JobOptions::toTree).toList()));
            return;
        }
        TextTable table = new TextTable("ID", "HOST", "USER", ">SLOTS", ">AGE", ">RAN", "STATE", "COMMAND");
        for (JobRecord job : jobs) {
            Instant until = job.ended().orElse(now);
            table.row(
                    job.job().id(),
                    job.job().host().value(),
                    job.owner(),
                    Integer.toString(job.slots()),
                    Durations.print(Duration.between(job.submitted(), now)),
                    job.started()
                            .map(start -> Durations.print(Duration.between(start, until)))
                            .orElse("-"),
                    job.state()
                            + job.reason().map(reason -> " (" + reason + ")").orElse(""),
                    job.command());
        }
        console.out().print(table.print());
    }
}
