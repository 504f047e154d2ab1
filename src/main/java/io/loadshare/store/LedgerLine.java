package io.loadshare.store;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.store.LedgerFields.Printer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A line of a {@link LedgerFile} and its meaning, read by a {@link LedgerParser}.
 *
 * <pre>  1 9f3c21aa 1764000000.25 alice reserved id=0mh2k4x1a-7x3q9z host=l07 slots=1 user=alice license=matlab</pre>
 *
 * are format version, CRC-32C (of the version, a space, and all that follows the checksum), time (seconds of the
 * epoch), the writer's login name, kind, and fields. In values, {@code %XX} is a byte that would end the field or
 * control a terminal. The first two words and the range of the checksum stay the same in all versions. An unknown field
 * is ignored; an unknown kind or version makes the line {@link Newer}.
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
        String start = VERSION + " " + checksum(body) + " ";
        return ByteBuffer.allocate(start.length() + body.length + 1)
                .put(start.getBytes(StandardCharsets.US_ASCII))
                .put(body)
                .put((byte) '\n')
                .array();
    }

    private static String checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update((VERSION + " ").getBytes(StandardCharsets.US_ASCII));
        crc.update(body);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
