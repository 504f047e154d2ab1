package io.loadshare.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Ticket;
import io.loadshare.testing.LedgerRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A compacted file must say what the old one said, to everybody and about every host. */
class LedgerCompactionTest {

    private static final Instant START = Instant.parse("2026-11-22T06:00:00Z");
    private static final HostInventory ALL =
            new HostInventory(List.of(Host.named("l01"), Host.named("l02"), Host.named("l03")), List.of());

    /** A history of the given length; things happen about every minute, and to few ids, so that much befalls each. */
    private static List<LedgerRecord> history(Random random, int length) {
        List<LedgerRecord> records = new ArrayList<>();
        Instant at = START;
        for (int i = 0; i < length; i++) {
            at = at.plusSeconds(random.nextInt(120));
            String id = "j" + random.nextInt(1 + length / 4);
            String ticket = "t" + random.nextInt(5);
            records.add(
                    switch (random.nextInt(10)) {
                        case 0, 1, 2 -> LedgerRecords.reserved(id, "l0" + (1 + random.nextInt(3)), at);
                        case 3, 4 -> LedgerRecords.started(id, at);
                        case 5 -> LedgerRecords.ended(id, at);
                        case 6 -> LedgerRecords.retreated(id, at);
                        case 7 -> new LedgerRecord.TicketOpened(LedgerRecords.ticket(ticket, "bob", "l01", at));
                        case 8 ->
                            new LedgerRecord.TicketRenewed(
                                    ticket,
                                    random.nextBoolean(),
                                    random.nextBoolean() ? Optional.of("reason " + i) : Optional.empty(),
                                    Optional.of(at.plusSeconds(30)),
                                    at);
                        default ->
                            random.nextInt(4) == 0
                                    ? new LedgerRecord.Counted(new HostName("l02"), random.nextInt(9), at)
                                    : new LedgerRecord.TicketClosed(
                                            ticket, random.nextBoolean() ? Optional.of("eve") : Optional.empty(), at);
                    });
        }
        return records;
    }

    private static byte[] print(List<LedgerRecord> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        records.forEach(record -> out.writeBytes(LedgerLine.print("alice", record)));
        return out.toByteArray();
    }

    private static LedgerView fold(byte[] file) throws IOException {
        return LedgerReader.atStart(LedgerView.empty(ALL))
                .read(new byte[0], new ByteArrayInputStream(file), new LedgerParser(), new CRC32C(), complaint -> {
                    throw new AssertionError(complaint);
                })
                .view();
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void saysWhatTheOldFileSaid(int seed) throws IOException {
        Random random = new Random(seed);
        List<LedgerRecord> history = history(random, 1 + random.nextInt(200));
        Instant now = history.get(history.size() - 1).at();

        byte[] old = print(history);
        byte[] compacted = LedgerCompaction.compact(old, new LedgerParser(), "bob", now);

        LedgerView before = fold(old);
        LedgerView after = fold(compacted);
        assertThat(after.claims()).containsExactlyElementsOf(before.claims());
        List<Ticket> waiting =
                before.tickets().stream().filter(ticket -> !ticket.isVoid(now)).toList();
        assertThat(after.tickets()).containsExactlyElementsOf(waiting);
        for (Ticket ticket : waiting) {
            assertThat(after.refusedSinceRelease(ticket.id())).isEqualTo(before.refusedSinceRelease(ticket.id()));
        }
        withdrawnInTheLastHour(history, now)
                .forEach(id -> assertThat(after.withdrawnBy(id)).contains("eve"));
        for (int i = 0; i < ALL.size(); i++) {
            assertThat(after.at(i).claims()).isEqualTo(before.at(i).claims());
            assertThat(after.at(i).completed()).isEqualTo(before.at(i).completed());
            assertThat(endsOfTheLastHour(after.at(i), now)).isEqualTo(endsOfTheLastHour(before.at(i), now));
        }
        assertThat(compacted.length).isLessThanOrEqualTo(old.length + 3 * 80);
        assertThat(LedgerCompaction.compact(compacted, new LedgerParser(), "bob", now))
                .as("compacting twice")
                .isEqualTo(compacted);
    }

    private static List<String> withdrawnInTheLastHour(List<LedgerRecord> history, Instant now) {
        Instant since = now.minus(HostLedger.REMEMBERED);
        return history.stream()
                .filter(record -> record instanceof LedgerRecord.TicketClosed closed
                        && closed.by().isPresent()
                        && closed.at().isAfter(since))
                .map(record -> ((LedgerRecord.TicketClosed) record).id())
                .toList();
    }

    private static List<HostLedger.EndedJob> endsOfTheLastHour(HostLedger host, Instant now) {
        Instant since = now.minus(HostLedger.REMEMBERED);
        return host.recentEnds().stream()
                .filter(ended -> ended.end().at().isAfter(since))
                .toList();
    }

    @Test
    void keepsTheLinesOfOthersToTheByte() {
        byte[] line = LedgerLine.print("carol", LedgerRecords.reserved("j1", "elsewhere", START));

        assertThat(LedgerCompaction.compact(line, new LedgerParser(), "bob", START))
                .isEqualTo(line);
    }

    @Test
    void countsTheJobsOfHostsThatAreInNobodysInventory() {
        byte[] old = print(List.of(
                LedgerRecords.reserved("j1", "elsewhere", START),
                LedgerRecords.ended("j1", START),
                LedgerRecords.reserved("j2", "elsewhere", START)));

        byte[] compacted = LedgerCompaction.compact(old, new LedgerParser(), "bob", START.plus(HostLedger.REMEMBERED));

        assertThat(new String(compacted, StandardCharsets.UTF_8))
                .contains(" bob counted host=elsewhere completed=1\n", "id=j2")
                .doesNotContain("reserved id=j1");
    }
}
