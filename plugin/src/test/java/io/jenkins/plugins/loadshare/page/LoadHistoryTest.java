package io.jenkins.plugins.loadshare.page;

import static io.loadshare.testing.ReportBuilder.report;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadHistoryTest {

    private static final HostName HOST = new HostName("l1");
    private static final HostInventory ONE = new HostInventory(List.of(Host.named("l1")), List.of());
    private static final int LAST = LoadHistory.SLOTS - 1;

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private LoadHistory history;

    @BeforeEach
    void open() {
        history = new LoadHistory(directory.resolve("history"), warnings::add);
    }

    private void note(Instant measuredAt, double load) {
        HostStatus status = HostStatus.of(report("l1", measuredAt).load1(load).build());
        history.note(LoadBoard.of(ONE, Map.of(HOST, status)), now);
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
        assertArrayEquals(expected, history.last(HOST, now));
    }

    @Test
    void forgetsWhatIsOlderThanADay() {
        note(now, 1);
        now = now.plus(Duration.ofHours(23).plusMinutes(50));
        assertEquals(1, history.last(HOST, now)[0]);
        note(now, 2);
        now = now.plus(LoadHistory.SLOT);
        float[] loads = history.last(HOST, now);
        assertEquals(2, loads[LAST - 1]);
        assertEquals(
                1,
                Arrays.stream(toDoubles(loads))
                        .filter(load -> !Double.isNaN(load))
                        .count());
        now = now.plus(Duration.ofDays(2));
        assertArrayEquals(unknown(), history.last(HOST, now));
    }

    private static double[] toDoubles(float[] loads) {
        double[] doubles = new double[loads.length];
        for (int i = 0; i < loads.length; i++) {
            doubles[i] = loads[i];
        }
        return doubles;
    }

    @Test
    void takesNothingFromTheFutureNorFromTheDayBeforeYesterday() {
        note(now.plus(Duration.ofHours(1)), 7);
        note(now.minus(Duration.ofHours(25)), 7);
        assertArrayEquals(unknown(), history.last(HOST, now));
        note(now, 1);
        assertEquals(1, history.last(HOST, now)[LAST]);
    }

    @Test
    void outlivesARestart() {
        note(now.minus(Duration.ofHours(3)), 0.75);
        note(now, 2.25);
        float[] before = history.last(HOST, now);
        open();
        assertArrayEquals(before, history.last(HOST, now));
        assertEquals(List.of(), warnings);
    }

    @Test
    void beginsAnewWhereItsFileCannotBeRead() throws Exception {
        note(now, 2);
        Path file = directory.resolve("history");
        Files.writeString(file, Files.readString(file).replace("2.0", "lots").replace("loadshare-history=1", "junk"));
        open();
        assertArrayEquals(unknown(), history.last(HOST, now));
        assertTrue(warnings.get(0).contains(file + " is not a loadshare history file"), warnings::toString);
        note(now, 3);
        open();
        assertEquals(3, history.last(HOST, now)[LAST]);
    }

    @Test
    void skipsADamagedLineAndKeepsTheOthers() throws Exception {
        note(now, 2);
        Path file = directory.resolve("history");
        Files.writeString(file, Files.readString(file).replace("end=", "day=l2\t7\t-1\nend="));
        open();
        assertEquals(2, history.last(HOST, now)[LAST]);
        assertEquals(1, warnings.size(), warnings::toString);
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
            history.note(LoadBoard.of(inventory, all), at);
        }
        long size = Files.size(directory.resolve("history"));
        assertTrue(size < 1_200_000, "1000 hosts take " + size + " bytes");
    }
}
