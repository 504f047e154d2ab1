package io.loadshare.store;

import io.loadshare.host.HostSet;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.store.LedgerFields.Printer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints a record as the fields of a {@link LedgerLine}. */
final class RecordPrinter implements LedgerRecord.Visitor {

    private final Instant at;
    private final String writer;
    private Printer printer;

    RecordPrinter(Instant at, String writer) {
        this.at = at;
        this.writer = writer;
    }

    /** Returns the fields of the record that was visited. */
    String text() {
        return printer.toString();
    }

    private Printer begin(String kind) {
        printer = new Printer(at, writer, kind);
        return printer;
    }

    @Override
    public void visit(LedgerRecord.Reserved reserved) {
        Reservation reservation = reserved.reservation();
        begin("reserved")
                .put("id", reservation.id())
                .put("host", reservation.host())
                .put("slots", reservation.slots())
                .put("user", reservation.user())
                .put("license", joined(reservation.licenses()));
        reservation.origin().ifPresent(origin -> printer.put("owner", origin.owner())
                .put("program", origin.program()));
        if (reservation.memory() > 0) {
            printer.put("memory", reservation.memory());
        }
    }

    @Override
    public void visit(LedgerRecord.Started started) {
        begin("started").put("id", started.id());
    }

    @Override
    public void visit(LedgerRecord.Retreated retreated) {
        begin("retreated").put("id", retreated.id());
    }

    @Override
    public void visit(LedgerRecord.Ended ended) {
        begin("ended").put("id", ended.id()).put("status", ended.status()).put("ran", ended.ran());
    }

    @Override
    public void visit(LedgerRecord.TicketOpened opened) {
        Ticket ticket = opened.ticket();
        Ticket.Needs needs = ticket.needs();
        begin("ticket-opened")
                .put("id", ticket.id())
                .put("user", ticket.user())
                .put("wants", ticket.wants())
                .put("hosts", ticket.isPostponed() ? Optional.empty() : Optional.of(HostSet.fold(needs.hosts())))
                .put("slots", needs.slots())
                .put("memory", needs.minMemory())
                .put("cores", needs.minCores())
                .put("license", joined(needs.licenses()));
        needs.maxLoad().ifPresent(load -> printer.put("load", load));
        if (!needs.order().isFlat()) {
            Stream<String> pools = needs.order().pools().stream().map(HostSet::fold);
            printer.put("pools", pools.collect(Collectors.joining("/")));
        }
        needs.order().overflow().ifPresent(overflow -> printer.put("overflow", overflow));
        printer.put("next", ticket.nextTry().map(Instant::getEpochSecond)).put("reason", ticket.reason());
    }

    @Override
    public void visit(LedgerRecord.TicketRenewed renewed) {
        begin("ticket-renewed")
                .put("id", renewed.id())
                .put("refused", renewed.refused())
                .put("next", renewed.nextTry().map(Instant::getEpochSecond))
                .put("reason", renewed.reason());
    }

    @Override
    public void visit(LedgerRecord.TicketClosed closed) {
        begin("ticket-closed").put("id", closed.id()).put("by", closed.by());
    }

    @Override
    public void visit(LedgerRecord.Counted counted) {
        begin("counted").put("host", counted.host()).put("completed", counted.completed());
    }

    /** Returns the names separated by commas, which no name contains; empty without a name. */
    private static Optional<String> joined(List<String> licenses) {
        return licenses.isEmpty() ? Optional.empty() : Optional.of(String.join(",", licenses));
    }
}
