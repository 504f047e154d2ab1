package io.loadshare.store;

import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.PoolOrder;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Parses the lines of a {@link LedgerFile}. A large ledger has hundreds of thousands of them, so the parser keeps its
 * tools, and equal names are one object. Not thread-safe.
 */
final class LedgerParser {

    private static final int CHECKSUM_DIGITS = 8;
    private static final byte[] VERSION = (LedgerLine.VERSION + " ").getBytes(StandardCharsets.US_ASCII);

    private final CRC32C crc = new CRC32C();
    private final LedgerFields fields = new LedgerFields();
    private final Map<String, HostName> hosts = new HashMap<>();
    private final Map<String, List<String>> licenses = new HashMap<>();

    /** Parses the bytes of one line without its newline. */
    LedgerLine parse(byte[] bytes, int from, int to) {
        int checksum = afterVersion(bytes, from, Math.min(to, from + 6));
        int body = checksum + CHECKSUM_DIGITS + 1;
        if (checksum < 0 || body >= to || bytes[body - 1] != ' ') {
            return new LedgerLine.Damaged("not a line of a ledger");
        }
        crc.reset();
        crc.update(bytes, from, checksum - from);
        crc.update(bytes, body, to - body);
        if (!isHex((int) crc.getValue(), bytes, checksum)) {
            return new LedgerLine.Damaged("its checksum is wrong");
        }
        if (checksum - from != VERSION.length || bytes[from] != VERSION[0]) {
            String version = new String(bytes, from, checksum - from - 1, StandardCharsets.ISO_8859_1);
            return new LedgerLine.Newer("format " + version);
        }
        try {
            fields.read(bytes, body, to);
            return parse();
        } catch (IllegalArgumentException e) {
            return new LedgerLine.Damaged(e.getMessage());
        }
    }

    private static int afterVersion(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean isHex(int value, byte[] bytes, int from) {
        for (int i = 0; i < CHECKSUM_DIGITS; i++) {
            int digit = value >>> 4 * (CHECKSUM_DIGITS - 1 - i) & 15;
            if (bytes[from + i] != Character.forDigit(digit, 16)) {
                return false;
            }
        }
        return true;
    }

    private LedgerLine parse() {
        Instant at = fields.at();
        LedgerRecord record =
                switch (fields.kind()) {
                    case "reserved" -> new LedgerRecord.Reserved(reservation(at));
                    case "started" -> new LedgerRecord.Started(fields.text("id"), at);
                    case "retreated" -> new LedgerRecord.Retreated(fields.text("id"), at);
                    case "ended" ->
                        new LedgerRecord.Ended(fields.text("id"), fields.integer("status"), fields.duration("ran"), at);
                    case "ticket-opened" -> new LedgerRecord.TicketOpened(ticket(at));
                    case "ticket-renewed" ->
                        new LedgerRecord.TicketRenewed(
                                fields.text("id"),
                                Boolean.parseBoolean(fields.text("refused")),
                                fields.optional("reason"),
                                nextTry(),
                                at);
                    case "ticket-closed" -> new LedgerRecord.TicketClosed(fields.text("id"), fields.optional("by"), at);
                    case "counted" -> new LedgerRecord.Counted(host(), fields.integer("completed"), at);
                    default -> null;
                };
        if (record != null) {
            return new LedgerLine.Known(fields.writer(), record);
        }
        return fields.kind().equals("ledger")
                ? new LedgerLine.Header(fields.text("file"), Long.parseLong(fields.text("compact")))
                : new LedgerLine.Newer("record '" + fields.kind() + "'");
    }

    private Reservation reservation(Instant at) {
        return new Reservation(
                fields.text("id"),
                host(),
                fields.text("user"),
                fields.integer("slots"),
                fields.has("memory") ? Long.parseLong(fields.text("memory")) : 0,
                licenses(),
                fields.optional("owner")
                        .map(owner ->
                                new JobOrigin(owner, fields.optional("program").orElse(""))),
                at);
    }

    private Ticket ticket(Instant at) {
        Optional<String> load = fields.optional("load");
        return new Ticket(
                fields.text("id"),
                fields.writer(),
                fields.text("user"),
                fields.text("wants"),
                new Ticket.Needs(
                        fields.optional("hosts").map(HostSet::parse).orElse(List.of()), // none while it is postponed
                        fields.integer("slots"),
                        Long.parseLong(fields.text("memory")),
                        Double.parseDouble(fields.text("cores")),
                        load.isPresent() ? OptionalDouble.of(Double.parseDouble(load.get())) : OptionalDouble.empty(),
                        licenses(),
                        order()),
                at,
                at,
                fields.optional("reason"),
                nextTry());
    }

    private PoolOrder order() {
        List<List<HostName>> pools = fields.optional("pools").stream()
                .flatMap(text -> Stream.of(text.split("/")))
                .map(HostSet::parse)
                .toList();
        Optional<Duration> overflow = fields.optional("overflow").map(text -> fields.duration("overflow"));
        return pools.isEmpty() && overflow.isEmpty() ? PoolOrder.NONE : PoolOrder.of(pools, overflow);
    }

    private HostName host() {
        return hosts.computeIfAbsent(fields.text("host"), HostName::new);
    }

    private List<String> licenses() {
        return fields.has("license")
                ? licenses.computeIfAbsent(fields.text("license"), names -> List.of(names.split(",")))
                : List.of();
    }

    private Optional<Instant> nextTry() {
        return fields.optional("next").map(Long::parseLong).map(Instant::ofEpochSecond);
    }
}
