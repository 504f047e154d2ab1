package io.loadshare.store;

import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.host.PoolOrder;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.store.LedgerFields.Printer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A line of a {@link LedgerFile} and its meaning.
 *
 * <pre>  1 9f3c21aa 1764000000.25 alice reserved id=0mh2k4x1a-7x3q9z host=l07 slots=1 user=alice license=matlab</pre>
 *
 * are format version, CRC-32C (of the version, a space, and all that follows the checksum), time (seconds of the epoch),
 * the writer's login name, kind, and fields. In values, {@code %XX} is a byte that would end the field or control a terminal. The first two words and the range of the checksum stay the same in all versions. An unknown field is ignored; an unknown kind or version makes the line {@link Newer}.
 */
sealed interface LedgerLine {

    /** The version of the lines that this class writes. */
    String VERSION = "1";

    /** A valid line: its writer and its record. */
    record Known(String writer, LedgerRecord record) implements LedgerLine {}

    /** The first line of a file: a unique ID, and the size at which it should be compacted. */
    record Header(String fileId, long compactAt) implements LedgerLine {}

    /** A valid line of a kind or version that only a newer loadshare knows. */
    record Newer(String what) implements LedgerLine {}

    /** A torn, damaged or foreign line. */
    record Damaged(String why) implements LedgerLine {}

    /** Prints the line with its newline, for a record that {@code writer} appends. */
    static byte[] print(String writer, LedgerRecord record) {
        RecordPrinter printer = new RecordPrinter(record.at(), writer);
        record.accept(printer);
        return frame(printer.text());
    }

    /** Prints the first line of a file. */
    static byte[] printHeader(String writer, Header header, Instant at) {
        return frame(new Printer(at, writer, "ledger")
                .put("file", header.fileId())
                .put("compact", header.compactAt())
                .toString());
    }

    private static byte[] frame(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String start = VERSION + " " + checksum(VERSION, body, 0, body.length) + " ";
        return ByteBuffer.allocate(start.length() + body.length + 1)
                .put(start.getBytes(StandardCharsets.US_ASCII))
                .put(body)
                .put((byte) '\n')
                .array();
    }

    private static String checksum(String version, byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(version.getBytes(StandardCharsets.ISO_8859_1));
        crc.update(' ');
        crc.update(bytes, from, to - from);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** Parses the bytes of one line without its newline. */
    static LedgerLine parse(byte[] bytes, int from, int to) {
        int version = indexOf(bytes, ' ', from, Math.min(to, from + 6));
        int checksum = version + 1;
        int body = checksum + 9;
        if (version < 0 || body >= to || bytes[body - 1] != ' ') {
            return new Damaged("not a line of a ledger");
        }
        String versionWord = new String(bytes, from, version - from, StandardCharsets.ISO_8859_1);
        String checksumWord = new String(bytes, checksum, 8, StandardCharsets.ISO_8859_1);
        if (!checksumWord.equals(checksum(versionWord, bytes, body, to))) {
            return new Damaged("its checksum is wrong");
        }
        if (!versionWord.equals(VERSION)) {
            return new Newer("format " + versionWord);
        }
        try {
            return parse(LedgerFields.parse(new String(bytes, body, to - body, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return new Damaged(e.getMessage());
        }
    }

    private static LedgerLine parse(LedgerFields fields) {
        Instant at = fields.at();
        LedgerRecord record =
                switch (fields.kind()) {
                    case "reserved" -> new LedgerRecord.Reserved(parseReservation(fields, at));
                    case "started" -> new LedgerRecord.Started(fields.text("id"), at);
                    case "retreated" -> new LedgerRecord.Retreated(fields.text("id"), at);
                    case "ended" ->
                        new LedgerRecord.Ended(fields.text("id"), fields.integer("status"), fields.duration("ran"), at);
                    case "ticket-opened" -> new LedgerRecord.TicketOpened(parseTicket(fields, at));
                    case "ticket-renewed" ->
                        new LedgerRecord.TicketRenewed(
                                fields.text("id"),
                                Boolean.parseBoolean(fields.text("refused")),
                                fields.optional("reason"),
                                nextTry(fields),
                                at);
                    case "ticket-closed" -> new LedgerRecord.TicketClosed(fields.text("id"), fields.optional("by"), at);
                    case "counted" ->
                        new LedgerRecord.Counted(new HostName(fields.text("host")), fields.integer("completed"), at);
                    default -> null;
                };
        if (record != null) {
            return new Known(fields.writer(), record);
        }
        return fields.kind().equals("ledger")
                ? new Header(fields.text("file"), Long.parseLong(fields.text("compact")))
                : new Newer("record '" + fields.kind() + "'");
    }

    private static Reservation parseReservation(LedgerFields fields, Instant at) {
        return new Reservation(
                fields.text("id"),
                new HostName(fields.text("host")),
                fields.text("user"),
                fields.integer("slots"),
                fields.optional("memory").map(Long::parseLong).orElse(0L),
                licenses(fields),
                fields.optional("owner")
                        .map(owner ->
                                new JobOrigin(owner, fields.optional("program").orElse(""))),
                at);
    }

    private static Ticket parseTicket(LedgerFields fields, Instant at) {
        Optional<String> load = fields.optional("load");
        return new Ticket(
                fields.text("id"),
                fields.writer(),
                fields.text("user"),
                fields.text("wants"),
                new Ticket.Needs(
                        HostSet.parse(fields.text("hosts")),
                        fields.integer("slots"),
                        Long.parseLong(fields.text("memory")),
                        Double.parseDouble(fields.text("cores")),
                        load.isPresent() ? OptionalDouble.of(Double.parseDouble(load.get())) : OptionalDouble.empty(),
                        licenses(fields),
                        order(fields)),
                at,
                at,
                fields.optional("reason"),
                nextTry(fields));
    }

    private static PoolOrder order(LedgerFields fields) {
        List<List<HostName>> pools = fields.optional("pools").stream()
                .flatMap(text -> Stream.of(text.split("/")))
                .map(HostSet::parse)
                .toList();
        Optional<Duration> overflow = fields.optional("overflow").map(text -> fields.duration("overflow"));
        return pools.isEmpty() && overflow.isEmpty() ? PoolOrder.NONE : PoolOrder.of(pools, overflow);
    }

    private static List<String> licenses(LedgerFields fields) {
        return fields.optional("license")
                .map(names -> List.of(names.split(",")))
                .orElse(List.of());
    }

    private static Optional<Instant> nextTry(LedgerFields fields) {
        return fields.optional("next").map(Long::parseLong).map(Instant::ofEpochSecond);
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
