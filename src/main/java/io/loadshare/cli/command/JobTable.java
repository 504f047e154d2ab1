package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.TextTable;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.job.JobRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The table of jobs, as text and as JSON: first those that wait, in the order of the queue, then the others. */
final class JobTable {

    private JobTable() {}

    static void print(List<QueuedRequest> waiting, List<JobRecord> jobs, boolean json, Console console, Instant now) {
        if (json) {
            List<Map<String, Object>> trees = new ArrayList<>();
            waiting.forEach(request -> trees.add(JobOptions.toTree(request)));
            jobs.forEach(job -> trees.add(JobOptions.toTree(job)));
            console.out().println(JsonPrinter.print(trees));
            return;
        }
        TextTable table =
                new TextTable("ID", "HOST", "USER", ">SLOTS", ">AGE", ">RAN", ">CPU", ">MEMORY", "STATE", "COMMAND");
        for (QueuedRequest request : waiting) {
            table.row(
                    request.id(),
                    "-",
                    request.ticket().user(),
                    Integer.toString(request.ticket().needs().slots()),
                    Durations.print(Duration.between(request.ticket().openedAt(), now)),
                    "-",
                    "-",
                    "-",
                    "WAITING (" + request.reason() + ")",
                    request.ticket().wants());
        }
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
                    job.usage().map(usage -> Durations.print(usage.cpuTime())).orElse("-"),
                    job.usage()
                            .filter(usage -> usage.peakMemory().isPresent())
                            .map(usage -> Numbers.bytes(usage.peakMemory().getAsLong()))
                            .orElse("-"),
                    job.state()
                            + job.reason().map(reason -> " (" + reason + ")").orElse(""),
                    job.command());
        }
        console.out().print(table.print());
    }
}
