package io.loadshare.store;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerLineTest {

    private static final String WRITER = "a writer%";

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    static String checksum(String version, String body) {
        CRC32C crc = new CRC32C();
        crc.update((version + " " + body).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static LedgerLine parse(byte[] line) {
        return new LedgerParser().parse(line, 0, line.length - 1);
    }

    private static byte[] sealed(String version, String body) {
        return (version + " " + checksum(version, body) + " " + body + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static Stream<LedgerRecord> records() {
        HostName host = new HostName("l07");
        Ticket.Needs needs = new Ticket.Needs(
                HostSet.parse("l[01-36],big1"),
                3,
                Long.MAX_VALUE,
                0.5,
                OptionalDouble.of(1e-9),
                List.of("matlab", "statistics"));
        PoolOrder order = PoolOrder.of(
                List.of(HostSet.parse("l[01-36]"), HostSet.parse("big1,l07")), Optional.of(Duration.ofMillis(1500)));
        Ticket.Needs ordered =
                new Ticket.Needs(HostSet.parse("l07,big1"), 1, 0, 0, OptionalDouble.empty(), List.of(), order);
        Ticket.Needs postponed = new Ticket.Needs(List.of(), 2, 0, 0, OptionalDouble.empty(), List.of());
        return Stream.of(
                new LedgerRecord.TicketOpened(
                        new Ticket("o", WRITER, "bob", "", ordered, NOON, NOON, Optional.empty(), Optional.empty())),
                new LedgerRecord.Reserved(new Reservation("0mh2k-1", host, "alice", 1, List.of(), NOON)),
                new LedgerRecord.Reserved(new Reservation(
                        "a", host, "dömäin\\user name", Integer.MAX_VALUE, List.of("matlab"), NOON.plusNanos(1))),
                new LedgerRecord.Reserved(
                        new Reservation("b", host, "bob", 2, 8L << 30, List.of("a", "b"), Optional.empty(), NOON)),
                reserved(new JobOrigin("alice", "./a b.sh")),
                reserved(new JobOrigin("Folder/Job µ", "")),
                new LedgerRecord.Started("a", NOON.plusMillis(250)),
                new LedgerRecord.Retreated("a", Instant.EPOCH),
                new LedgerRecord.Ended("a", -1, Duration.ofNanos(-1), NOON),
                new LedgerRecord.Ended("a", 255, Duration.ofDays(400).plusNanos(1), NOON),
                new LedgerRecord.TicketOpened(
                        new Ticket("t", WRITER, "bob", "", needs, NOON, NOON, Optional.empty(), Optional.empty())),
                new LedgerRecord.TicketOpened(new Ticket(
                        "t",
                        WRITER,
                        "bob",
                        "a=b %20 c\n\u0007\u009b€😀\u2028",
                        needs,
                        NOON,
                        NOON,
                        Optional.of("l01: drained\nby 100% root"),
                        Optional.of(NOON.plusSeconds(30)))),
                new LedgerRecord.TicketOpened(new Ticket("p", WRITER, "", postponed, NOON, NOON)),
                new LedgerRecord.TicketRenewed("t", true, NOON),
                new LedgerRecord.TicketRenewed("t", false, NOON),
                new LedgerRecord.TicketRenewed(
                        "t", false, Optional.of("a=b %\n"), Optional.of(NOON.plusSeconds(30)), NOON),
                new LedgerRecord.TicketClosed("t", NOON),
                new LedgerRecord.TicketClosed("t", Optional.of("ro ot"), NOON),
                new LedgerRecord.Counted(host, 123_456, NOON));
    }

    @ParameterizedTest
    @MethodSource("records")
    void readsWhatItPrints(LedgerRecord record) {
        byte[] line = LedgerLine.print(WRITER, record);

        assertThat(parse(line)).isEqualTo(new LedgerLine.Known(WRITER, record));
        assertThat(new String(line, StandardCharsets.UTF_8).chars().filter(Character::isISOControl))
                .as("control characters, of which the newline is the only one")
                .containsExactly((int) '\n');
    }

    @Test
    void readsTheHeaderItPrints() {
        LedgerLine.Header header = new LedgerLine.Header("5f3a", 65_536);

        assertThat(parse(LedgerLine.printHeader("alice", header, NOON))).isEqualTo(header);
    }

    private static LedgerRecord reserved(JobOrigin origin) {
        return new LedgerRecord.Reserved(
                new Reservation("c", new HostName("l07"), "bob", 1, 0, List.of(), Optional.of(origin), NOON));
    }

    @Test
    void looksAsDocumented() {
        LedgerRecord record = new LedgerRecord.Reserved(new Reservation(
                "0mh2k4x1a-7x3q9z",
                new HostName("l07"),
                "alice",
                1,
                List.of("matlab"),
                Instant.ofEpochSecond(1_764_000_000, 250_000_000)));

        assertThat(new String(LedgerLine.print("alice", record), StandardCharsets.UTF_8))
                .matches("1 [0-9a-f]{8} 1764000000.25 alice reserved id=0mh2k4x1a-7x3q9z host=l07 slots=1 user=alice"
                        + " license=matlab\n");
        LedgerRecord several = new LedgerRecord.Reserved(
                new Reservation("j1", new HostName("l07"), "alice", 1, List.of("matlab", "statistics"), NOON));
        assertThat(new String(LedgerLine.print("alice", several), StandardCharsets.UTF_8))
                .endsWith(" license=matlab,statistics\n");
    }

    @ParameterizedTest
    @MethodSource("records")
    void believesNoLineThatIsCutOrChanged(LedgerRecord record) {
        byte[] line = LedgerLine.print("alice", record);
        Random random = new Random(record.hashCode());
        for (int length = 0; length < line.length - 1; length++) {
            assertThat(new LedgerParser().parse(line, 0, length))
                    .as("cut to %d", length)
                    .isInstanceOf(LedgerLine.Damaged.class);
        }
        for (int i = 0; i < line.length - 1; i++) {
            byte[] changed = line.clone();
            changed[i] = (byte) (changed[i] ^ 1 + random.nextInt(255));
            assertThat(parse(changed)).as("byte %d changed", i).isInstanceOf(LedgerLine.Damaged.class);
        }
    }

    @Test
    void twoHalvesMakeNoWhole() {
        List<byte[]> lines =
                records().map(record -> LedgerLine.print("alice", record)).toList();
        for (byte[] first : lines) {
            for (byte[] second : lines) {
                byte[] joined = new byte[first.length - 5 + second.length];
                System.arraycopy(first, 0, joined, 0, first.length - 5);
                System.arraycopy(second, 0, joined, first.length - 5, second.length);
                assertThat(parse(joined)).isInstanceOf(LedgerLine.Damaged.class);
            }
        }
    }

    @Test
    void knowsANewerLineByItsVersionOrKind() {
        assertThat(parse(sealed("2", "anything \u0001 at all"))).isEqualTo(new LedgerLine.Newer("format 2"));
        assertThat(parse(sealed("1", "1764000000 alice paused id=a")))
                .isEqualTo(new LedgerLine.Newer("record 'paused'"));
    }

    @Test
    void ignoresAFieldItDoesNotKnow() {
        assertThat(parse(sealed("1", "1764000000 alice started colour=red id=a")))
                .isEqualTo(new LedgerLine.Known(
                        "alice", new LedgerRecord.Started("a", Instant.ofEpochSecond(1_764_000_000))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1764000000",
                "1764000000 alice",
                "x alice started id=a",
                "-1 alice started id=a",
                "999999999999 alice started id=a",
                "1764000000.1234567890 alice started id=a",
                "1764000000 alice started",
                "1764000000 alice started id",
                "1764000000 alice reserved id=../../etc host=l01 slots=1 user=alice",
                "1764000000 alice reserved id=a host=l01/.. slots=1 user=alice",
                "1764000000 alice reserved id=a host=l01 slots=-1 user=alice",
                "1764000000 alice reserved id=a host=l01 slots=many user=alice",
                "1764000000 alice ended id=a status=0 ran=",
                "1764000000 alice counted host=l01 completed=99999999999",
                "1764000000 alice ticket-opened id=t user=u wants=w hosts=l[9-1] slots=1 memory=0 cores=0",
                "1764000000 alice ticket-opened id=t user=u wants=w hosts=l1 slots=1 memory=-1 cores=0",
                "1764000000 alice ticket-opened id=t user=u wants=w hosts=l1 slots=1 memory=0 cores=NaN",
            })
    void refusesASoundLineThatSaysNonsense(String body) {
        assertThat(parse(sealed("1", body))).isInstanceOf(LedgerLine.Damaged.class);
    }

    @Test
    void noBytesMakeItFail() {
        Random random = new Random(42);
        String alphabet = " .=%0123456789abcdefghijklrstu-[],é\u0000";
        for (int i = 0; i < 20_000; i++) {
            byte[] body = new byte[random.nextInt(80)];
            for (int k = 0; k < body.length; k++) {
                body[k] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            String text = "1764000000 alice "
                    + List.of("reserved", "ended", "ticket-opened").get(i % 3) + " "
                    + new String(body, StandardCharsets.ISO_8859_1);
            assertThat(parse(sealed("1", text))).isNotNull();
        }
    }
}
