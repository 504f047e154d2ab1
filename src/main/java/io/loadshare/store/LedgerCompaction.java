package io.loadshare.store;

import io.loadshare.host.HostName;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Ticket;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Selects the lines of a ledger file that are still needed: those of jobs that have not ended or ended recently, of
 * waiting tickets (with only their last renewal), and those of a newer loadshare. They are kept byte for byte and in
 * order; the totals of the others go into one line for each host. The hosts may be in no inventory.
 */
final class LedgerCompaction {

    /** A line by its position in the file, with its record; null for a line of a newer loadshare. */
    private record Line(int from, int to, LedgerRecord record) {}

    /** The end of an open job. */
    private record End(String id, HostName host) {}

    /** A ticket as last renewed, with its lines: its opening, the last renewal, and the last one with a reason. */
    private record Waiting(Ticket ticket, Line opened, Line renewed, Line explained) {}

    private final byte[] file;
    private final Instant now;
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, HostName> open = new HashMap<>();
    private final Set<String> endedLately = new HashSet<>();
    private final List<End> ends = new ArrayList<>();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final List<Line> withdrawnLately = new ArrayList<>();
    private final Map<HostName, Integer> completed = new TreeMap<>();
    private Line lastRelease;

    private LedgerCompaction(byte[] file, Instant now) {
        this.file = file;
        this.now = now;
    }

    /**
     * Returns the lines to keep, without a header.
     *
     * @param file all bytes of the old file
     * @param writer the user who compacts
     */
    static byte[] compact(byte[] file, LedgerParser parser, String writer, Instant now) {
        LedgerCompaction compaction = new LedgerCompaction(file, now);
        int from = 0;
        for (int to = 0; to < file.length; to++) {
            if (file[to] == '\n') {
                compaction.read(from, to + 1, parser.parse(file, from, to));
                from = to + 1;
            }
        }
        return compaction.print(writer);
    }

    private void read(int from, int to, LedgerLine parsed) {
        if (parsed instanceof LedgerLine.Newer) {
            lines.add(new Line(from, to, null));
        } else if (parsed instanceof LedgerLine.Known known) {
            Line line = new Line(from, to, known.record());
            lines.add(line);
            count(line, known.record());
        }
    }

    private void count(Line line, LedgerRecord record) {
        if (record instanceof LedgerRecord.Reserved reserved) {
            open.putIfAbsent(reserved.reservation().id(), reserved.reservation().host());
        } else if (record instanceof LedgerRecord.Retreated retreated) {
            open.remove(retreated.id());
        } else if (record instanceof LedgerRecord.Ended end) {
            HostName host = open.remove(end.id());
            if (host != null) {
                completed.merge(host, 1, Integer::sum);
                ends.add(new End(end.id(), host));
                if (end.at().isAfter(now.minus(HostLedger.REMEMBERED))) {
                    endedLately.add(end.id());
                }
            }
        } else if (record instanceof LedgerRecord.Counted counted) {
            completed.put(counted.host(), counted.completed());
        } else if (record instanceof LedgerRecord.TicketOpened opened) {
            waiting.putIfAbsent(opened.ticket().id(), new Waiting(opened.ticket(), line, line, line));
        } else if (record instanceof LedgerRecord.TicketRenewed renewed) {
            waiting.computeIfPresent(
                    renewed.id(),
                    (id, w) -> new Waiting(
                            w.ticket.renewed(renewed),
                            w.opened,
                            line,
                            renewed.reason().isPresent() ? line : w.explained));
        } else if (record instanceof LedgerRecord.TicketClosed closed) {
            waiting.remove(closed.id());
            if (closed.by().isPresent() && closed.at().isAfter(now.minus(HostLedger.REMEMBERED))) {
                withdrawnLately.add(line);
            }
        }
        lastRelease = record.releases() ? line : lastRelease;
    }

    private byte[] print(String writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ends.stream().filter(end -> isNeeded(end.id)).forEach(end -> completed.merge(end.host, -1, Integer::sum));
        completed.forEach(
                (host, count) -> out.writeBytes(LedgerLine.print(writer, new LedgerRecord.Counted(host, count, now))));
        Set<Line> ofTickets = new HashSet<>();
        waiting.values().stream().filter(w -> !w.ticket.isVoid(now)).forEach(w -> {
            ofTickets.add(w.opened);
            ofTickets.add(w.renewed);
            ofTickets.add(w.explained);
        });
        ofTickets.addAll(withdrawnLately);
        for (Line line : lines) {
            if (line == lastRelease || ofTickets.contains(line) || isNeeded(line.record)) {
                out.write(file, line.from, line.to - line.from);
            }
        }
        return out.toByteArray();
    }

    private boolean isNeeded(LedgerRecord record) {
        if (record instanceof LedgerRecord.Reserved reserved) {
            return isNeeded(reserved.reservation().id());
        }
        if (record instanceof LedgerRecord.Started started) {
            return isNeeded(started.id());
        }
        if (record instanceof LedgerRecord.Retreated retreated) {
            return isNeeded(retreated.id());
        }
        return record == null || record instanceof LedgerRecord.Ended end && isNeeded(end.id());
    }

    private boolean isNeeded(String jobId) {
        return open.containsKey(jobId) || endedLately.contains(jobId);
    }
}
