package io.jenkins.plugins.loadshare.page;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.Pool;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadHistoryTest {

    private static final HostName HOST = new HostName("l1");
    private static final HostInventory ONE = new HostInventory(List.of(Host.named("l1")), List.of());
    private static final Duration MAX_AGE = Duration.ofMinutes(15);
    private static final int LAST = LoadHistory.SLOTS - 1;

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private LoadHistory history;

    @BeforeEach
    void open() {
        history = new LoadHistory(directory.resolve("history"), LoadHistory.Span.DAY, Reading::load, warnings::add);
    }

    private void note(Instant measuredAt, double load) {
        HostStatus status = HostStatus.of(report("l1", measuredAt).load1(load).build());
        history.note(Reading.ofLoad(LoadBoard.of(ONE, Map.of(HOST, status)), MAX_AGE, now), now);
    }

    private static float[] unknown() {
        float[] loads = new float[LoadHistory.SLOTS];
        Arrays.fill(loads, Float.NaN);
        return loads;
    }

    @Test
    void keepsTheHighestLoadOfEachTenMinutes() {
        note(now, 1.5);
        now = now.plusSeconds(300);
        note(now, 0.25);
        now = now.plusSeconds(1000);
        note(now, 4);
        float[] expected = unknown();
        expected[LAST - 2] = 1.5f;
        expected[LAST] = 4;
        assertThat(history.last("l1", now)).isEqualTo(expected);
    }

    @Test
    void forgetsWhatIsOlderThanADay() {
        note(now, 1);
        now = now.plus(Duration.ofHours(23).plusMinutes(50));
        assertThat(history.last("l1", now)[0]).isEqualTo(1);
        note(now, 2);
        now = now.plus(LoadHistory.SLOT);
        float[] loads = history.last("l1", now);
        assertThat(loads[LAST - 1]).isEqualTo(2);
        assertThat(Arrays.stream(toDoubles(loads))
                        .filter(load -> !Double.isNaN(load))
                        .count())
                .isEqualTo(1);
        now = now.plus(Duration.ofDays(2));
        assertThat(history.last("l1", now)).isEqualTo(unknown());
    }

    private static double[] toDoubles(float[] loads) {
        double[] doubles = new double[loads.length];
        for (int i = 0; i < loads.length; i++) {
            doubles[i] = loads[i];
        }
        return doubles;
    }

    @Test
    void aWeekHasTheHighestOfEachHour() {
        LoadHistory week =
                new LoadHistory(directory.resolve("week"), LoadHistory.Span.WEEK, Reading::jobs, warnings::add);
        history = week;
        note(now, 1);
        float[] jobs = week.last("l1", now.plus(Duration.ofDays(6)));
        assertThat(jobs).hasSize(7 * 24);
        assertThat(jobs[7 * 24 - 1 - 6 * 24]).isEqualTo(0);
        assertThat(jobs[7 * 24 - 6 * 24]).isNaN();
        assertThat(week.last("l1", now.plus(Duration.ofDays(7)))[0]).isNaN();
    }

    @Test
    void takesNothingFromTheFutureNorFromTheDayBeforeYesterday() {
        note(now.plus(Duration.ofHours(1)), 7);
        note(now.minus(Duration.ofHours(25)), 7);
        assertThat(history.last("l1", now)).isEqualTo(unknown());
        note(now, 1);
        assertThat(history.last("l1", now)[LAST]).isEqualTo(1);
    }

    @Test
    void outlivesARestart() {
        note(now.minus(Duration.ofHours(3)), 0.75);
        note(now, 2.25);
        float[] before = history.last("l1", now);
        open();
        assertThat(history.last("l1", now)).isEqualTo(before);
        assertThat(warnings).isEmpty();
    }

    @Test
    void beginsAnewWhereItsFileCannotBeRead() throws Exception {
        note(now, 2);
        Path file = directory.resolve("history");
        Files.writeString(file, Files.readString(file).replace("2.0", "lots").replace("loadshare-history=1", "junk"));
        open();
        assertThat(history.last("l1", now)).isEqualTo(unknown());
        assertThat(warnings.get(0)).as(warnings::toString).contains(file + " is not a loadshare history file");
        note(now, 3);
        open();
        assertThat(history.last("l1", now)[LAST]).isEqualTo(3);
    }

    @Test
    void skipsADamagedLineAndKeepsTheOthers() throws Exception {
        note(now, 2);
        Path file = directory.resolve("history");
        Files.writeString(file, Files.readString(file).replace("end=", "day=l2\t7\t-1\nend="));
        open();
        assertThat(history.last("l1", now)[LAST]).isEqualTo(2);
        assertThat(warnings.size()).as(warnings::toString).isEqualTo(1);
    }

    @Test
    void aPoolHasTheSumOfItsHostsAndTheRequestsThatMayUseIt() {
        HostInventory inventory = new HostInventory(
                List.of(Host.named("l1"), Host.named("l2"), Host.named("l3")),
                List.of(new Pool("meg", List.of(HOST, new HostName("l2"), new HostName("l3")))));
        LoadBoard board = LoadBoard.of(
                inventory,
                Map.of(
                        HOST,
                        report("l1", now).load1(1.5).job("j1", 1, "anna").status(),
                        new HostName("l2"),
                        report("l2", now.minusSeconds(60)).load1(2).status(),
                        new HostName("l3"),
                        report("l3", now.minusSeconds(3600)).load1(9).status()));
        assertThat(Reading.ofLoad(board, MAX_AGE, now))
                .containsExactly(
                        new Reading("l1", now, 1.5, 1, Double.NaN),
                        new Reading("l2", now.minusSeconds(60), 2, 0, Double.NaN),
                        new Reading("l3", now.minusSeconds(3600), 9, 0, Double.NaN),
                        new Reading("pool:meg", now, 3.5, 1, Double.NaN)); // without l3, whose report is too old

        List<Ticket> waiting = List.of(ticket("w1", "l2", "l3"), ticket("w2", "l3"), ticket("w3", "l4"));
        assertThat(Reading.ofQueue(board, waiting, now))
                .extracting(Reading::name, Reading::at, Reading::waiting)
                .containsExactly(
                        tuple("l1", now, 0.0),
                        tuple("l2", now, 1.0),
                        tuple("l3", now, 2.0),
                        tuple("pool:meg", now, 2.0));
    }

    private Ticket ticket(String id, String... hosts) {
        Ticket.Needs needs = new Ticket.Needs(
                Arrays.stream(hosts).map(HostName::new).toList(), 1, 0, 0, OptionalDouble.empty(), List.of());
        return new Ticket(id, "anna", "any host", needs, now, now);
    }

    /** An unknown number is no request. */
    @Test
    void anUnknownNumberOfWaitingRequestsIsAGap() {
        history = new LoadHistory(directory.resolve("waiting"), LoadHistory.Span.DAY, Reading::waiting, warnings::add);
        history.note(List.of(new Reading("l1", now, 0, 0, 3)), now);
        history.note(List.of(new Reading("l1", now, 0, 0, Double.NaN)), now);
        assertThat(history.last("l1", now)[LAST]).isEqualTo(3);
        now = now.plus(LoadHistory.SLOT);
        history.note(List.of(new Reading("l1", now, 0, 0, Double.NaN)), now);
        assertThat(history.last("l1", now)[LAST]).isNaN();
    }

    @Test
    void staysSmall() throws Exception {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            hosts.add(Host.named("l" + i));
        }
        HostInventory inventory = new HostInventory(hosts, List.of());
        for (int slot = 0; slot < 3 * LoadHistory.SLOTS; slot += 20) {
            Instant at = now.plus(LoadHistory.SLOT.multipliedBy(slot));
            Map<HostName, HostStatus> all = new java.util.HashMap<>();
            hosts.forEach(host -> all.put(
                    host.name(),
                    HostStatus.of(report(host.name().value(), at).load1(123.45).build())));
            history.note(Reading.ofLoad(LoadBoard.of(inventory, all), MAX_AGE, at), at);
        }
        long size = Files.size(directory.resolve("history"));
        assertThat(size).as("1000 hosts take " + size + " bytes").isLessThan(1_200_000);
    }
}
