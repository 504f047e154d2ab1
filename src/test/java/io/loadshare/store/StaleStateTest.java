package io.loadshare.store;

import static io.loadshare.store.Results.answer;
import static io.loadshare.store.Results.inventory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.host.HostName;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.scan.ScanTurn;
import io.loadshare.testing.LedgerRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One state directory as two machines see it, each through a file system that keeps attributes and names for a second and
 * does not tell the other of locks: nothing gets damaged or lost, and one of many scans.
 */
@Tag("fault")
class StaleStateTest {

    /** With big_writes, since otherwise one write may reach the store as two, which nothing but a lock could keep together. */
    private static final String STALE =
            "attr_timeout=1,ac_attr_timeout=1,entry_timeout=1,negative_timeout=1,big_writes";

    @TempDir
    Path temporary;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final List<Path> machines = new ArrayList<>();

    @BeforeEach
    void mountTwice() throws Exception {
        assumeTrue(
                Files.exists(Path.of("/usr/bin/bindfs")) && Files.exists(Path.of("/dev/fuse")),
                "no bindfs or no /dev/fuse, so a directory seen late is not tried: apt-get install bindfs");
        Path store = Files.createDirectory(temporary.resolve("store"));
        Files.setAttribute(store, "unix:mode", 0700);
        for (String machine : List.of("a", "b")) {
            Path mount = Files.createDirectory(temporary.resolve(machine));
            run("bindfs", "-o", STALE, store.toString(), mount.toString());
            machines.add(mount);
        }
    }

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : machines) {
            run("umount", "-l", mount.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private StateDirectory state(int machine) {
        return StateDirectory.open(new StateSettings(machines.get(machine), false), warnings::add);
    }

    @Test
    void whatOneWritesTheOtherNeverUndoes() {
        List<StateDirectory> states = List.of(state(0), state(1));
        for (int i = 0; i < 12; i++) {
            StateDirectory other = states.get(1 - i % 2);
            other.drains(); // from now on, it sees the file as it is
            other.board(inventory(12), Results.ALICE);
            states.get(i % 2).drain(new HostName("h" + i), "new disks ".repeat(i + 1), "root", Results.at(i));
            states.get(i % 2)
                    .publish(Results.shared(Results.scan(answer("h" + i, i, i))), Results.ALICE, Results.at(i));
        }

        assertThat(warnings).isEmpty();
        StateDirectory afterwards =
                StateDirectory.open(new StateSettings(temporary.resolve("store"), false), warnings::add);
        assertThat(afterwards.drains()).hasSize(12);
        assertThat(inventory(12).hosts()).allSatisfy(host -> {
            int number = Integer.parseInt(host.name().value().substring(1));
            assertThat(afterwards
                            .board(inventory(12), Results.ALICE)
                            .of(host.name())
                            .report()
                            .isPresent())
                    .as("%s", host.name())
                    .isEqualTo(number < 12);
        });
        assertThat(warnings).isEmpty();
    }

    @Test
    void ofManyWhoClaimTheScanAtOnceOneScans() throws Exception {
        List<StateDirectory> states = List.of(state(0), state(1));
        for (int round = 0; round < 5; round++) {
            Instant now = Instant.now();
            List<ScanTurn> turns = atOnce(36, i -> states.get(i % 2)
                    .claimScan(Results.ALICE, Duration.ofSeconds(30), Duration.ofMinutes(10), now));
            List<ScanTurn.Ours> ours = turns.stream()
                    .filter(turn -> turn instanceof ScanTurn.Ours)
                    .map(turn -> (ScanTurn.Ours) turn)
                    .toList();
            assertThat(ours).as("round %d", round).hasSize(1);
            ours.get(0).claim().done(false, now.minusSeconds(1000));
        }
    }

    @Test
    void noRecordOfTheLedgerIsDamagedOrLost() throws Exception {
        List<Ledger> ledgers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            StateDirectory state = state(i);
            ledgers.add(new LedgerFile(
                    state.path().resolve("ledger"),
                    state.access(),
                    inventory(3),
                    "alice",
                    Instant::now,
                    System::nanoTime,
                    new Random(i),
                    warnings::add));
        }
        ledgers.get(0).transact(view -> Ledger.Decision.of(null, reserved("first")));
        atOnce(2, machine -> {
            for (int i = 0; i < 200; i++) {
                LedgerRecord record = reserved("job-" + machine + "-" + i);
                ledgers.get(machine).transact(view -> Ledger.Decision.of(null, record));
            }
            return null;
        });

        List<String> complaints = new ArrayList<>();
        Ledger afterwards = new LedgerFile(
                temporary.resolve("store/ledger"),
                AtomicFile.Access.PRIVATE,
                inventory(3),
                "alice",
                Instant::now,
                System::nanoTime,
                new Random(),
                complaints::add);
        Set<String> expected = new TreeSet<>(Set.of("first"));
        for (int i = 0; i < 200; i++) {
            expected.addAll(Set.of("job-0-" + i, "job-1-" + i));
        }
        Set<String> found = new TreeSet<>();
        afterwards.view().claims().forEach(claim -> found.add(claim.id()));
        expected.removeAll(found);
        assertThat(expected).as("records that got lost").isEmpty();
        assertThat(complaints).isEmpty();
    }

    private static LedgerRecord reserved(String id) {
        return LedgerRecords.reserved(id, "h1", Instant.now());
    }

    /** What someone does. */
    private interface Task<T> {
        T run(int number) throws Exception;
    }

    private static <T> List<T> atOnce(int count, Task<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<T>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                all.add(() -> {
                    start.await();
                    return task.run(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(all)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
