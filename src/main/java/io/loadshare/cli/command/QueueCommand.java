package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.console.TextTable;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.ledger.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code queue}: lists the waiting requests. */
@Command(
        name = "queue",
        description = "List the waiting requests in the order in which they are served; with shared state, those of all"
                + " users.")
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
        if (json) {
            console.out()
                    .println(JsonPrinter.print(
                            requests.stream().map(QueuedRequest::toTree).toList()));
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
        console.out().print(table.print());
    }

    private static String inWords(Instant next, Instant now) {
        return next.isAfter(now) ? "in " + Durations.print(Duration.between(now, next)) : "now";
    }
}
