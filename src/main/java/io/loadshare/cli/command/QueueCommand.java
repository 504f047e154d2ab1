package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.TextTable;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.host.Host;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import io.loadshare.ledger.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code queue}: lists the waiting requests. */
@Command(
        name = "queue",
        description = "List the waiting requests in the order in which they are served; with shared state, those of all"
                + " users. Then list your jobs that wait in Slurm pools.")
final class QueueCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    QueueCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<QueuedRequest> requests = wiring.queue();
        List<JobRecord> pending = pendingInSlurm();
        if (json) {
            List<Object> trees = new ArrayList<>();
            requests.forEach(request -> trees.add(request.toTree()));
            pending.forEach(job -> trees.add(JobOptions.toTree(job)));
            console.out().println(JsonPrinter.print(trees));
            return;
        }
        Instant now = wiring.clock().instant();
        TextTable table =
                new TextTable(">POSITION", "ID", "OWNER", ">SLOTS", ">WAITED", ">NEXT TRY", "REQUIREMENTS", "REASON");
        for (QueuedRequest request : requests) {
            Ticket ticket = request.ticket();
            table.row(
                    Integer.toString(request.position()),
                    ticket.id(),
                    ticket.owner(),
                    Integer.toString(ticket.needs().slots()),
                    Durations.print(Duration.between(ticket.openedAt(), now)),
                    ticket.nextTry().map(next -> inWords(next, now)).orElse("-"),
                    ticket.wants(),
                    request.reason());
        }
        for (JobRecord job : pending) {
            table.row(
                    "-",
                    job.job().id(),
                    job.owner(),
                    Integer.toString(job.slots()),
                    Durations.print(Duration.between(job.submitted(), now)),
                    "-",
                    "pool " + job.job().host() + ": " + job.command(),
                    job.state().toString());
        }
        console.out().print(table.print());
    }

    private List<JobRecord> pendingInSlurm() {
        List<Host> clusters = wiring.configuration().inventory().hosts().stream()
                .filter(Host::isCluster)
                .toList();
        return clusters.isEmpty()
                ? List.of()
                : wiring.jobSearch(new JobEngine.Self()).all(clusters).stream()
                        .filter(job -> job.state() instanceof JobState.Pending)
                        .toList();
    }

    private static String inWords(Instant next, Instant now) {
        return next.isAfter(now) ? "in " + Durations.print(Duration.between(now, next)) : "now";
    }
}
