package io.loadshare.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that append to one ledger and compact it, while some of them are killed. */
@Tag("fault")
class LedgerProcessesTest {

    private static final int PROCESSES = 5;
    private static final int KILLS = 12;
    private static final int STEPS = 400;
    private static final int EXCLUSIVE = 3;
    private static final HostInventory INVENTORY =
            new HostInventory(List.of(Host.named("l01"), Host.named("l02")), List.of());

    @TempDir
    Path directory;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Set<String> headers = new HashSet<>();
    private final Set<String> held = new HashSet<>();
    private final Set<String> released = new HashSet<>();

    private static Ledger open(Path file, long seed, Consumer<String> warnings) {
        return new LedgerFile(
                file,
                AtomicFile.Access.SHARED,
                INVENTORY,
                "worker",
                Instant::now,
                System::nanoTime,
                new SplittableRandom(seed),
                warnings);
    }

    @Test
    void noPromiseIsLostOrGivenTwiceWhileProcessesAreKilled() throws Exception {
        Path file = directory.resolve("ledger");
        Ledger ledger = open(file, 1, warnings::add);
        Random random = new Random(2026);
        Map<String, ForkedJvm> running = new TreeMap<>();
        int started = 0;
        try {
            for (int kills = 0; kills < KILLS; kills++) {
                while (running.size() < PROCESSES) {
                    String name = "worker" + started++;
                    running.put(name, ForkedJvm.start(Worker.class, file.toString(), name));
                }
                String victim = List.copyOf(running.keySet()).get(random.nextInt(PROCESSES));
                running.get(victim).awaitLine("step " + random.nextInt(STEPS));
                running.get(victim).close();
                note(running.remove(victim).allLines());
                assertThat(ids(ledger.view())).containsAll(held).noneMatch(released::contains);
                endClaimsOf(victim, ledger);
                headers.add(Files.readAllLines(file).get(0));
            }
            for (ForkedJvm survivor : running.values()) {
                assertThat(survivor.awaitEnd(120, TimeUnit.SECONDS)).isZero();
                note(survivor.allLines());
            }
        } finally {
            running.values().forEach(ForkedJvm::close);
        }
        assertThat(headers)
                .as("first lines of the files the ledger was compacted to")
                .hasSizeGreaterThan(2);
        assertThat(ids(open(file, 2, warnings::add).view())).containsAll(held).noneMatch(released::contains);
        assertThat(warnings).allMatch(warning -> warning.contains("damaged line skipped"));
    }

    /** What a process that has ended had said of its promises. */
    private void note(List<String> lines) {
        for (String line : lines) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "step" -> {}
                case "held" -> held.add(words[1]);
                case "releasing" -> held.remove(words[1]);
                case "released" -> released.add(words[1]);
                default -> assertThat(line).contains("damaged line skipped");
            }
        }
    }

    private void endClaimsOf(String user, Ledger ledger) {
        ledger.transact(view -> {
            List<LedgerRecord> ends = new ArrayList<>();
            for (Claim claim : view.claims()) {
                if (claim.user().equals(user)) {
                    ends.add(new LedgerRecord.Ended(claim.id(), -1, Duration.ZERO, Instant.now()));
                    held.remove(claim.id());
                    released.add(claim.id());
                }
            }
            return new Ledger.Decision<>(null, ends);
        });
    }

    private static Set<String> ids(LedgerView view) {
        return view.claims().stream().map(Claim::id).collect(Collectors.toSet());
    }

    /** Takes and gives back exclusive promises, and writes records that soon are not needed, so that others compact. */
    static final class Worker {

        private final Ledger ledger;
        private final String name;
        private final Random random;
        private final List<String> mine = new ArrayList<>();

        private Worker(Path file, String name) {
            this.ledger = open(file, name.hashCode(), System.out::println);
            this.name = name;
            this.random = new Random(name.hashCode());
        }

        public static void main(String[] args) {
            Worker worker = new Worker(Path.of(args[0]), args[1]);
            for (int step = 0; step < STEPS; step++) {
                System.out.println("step " + step);
                worker.step(step);
            }
        }

        private void step(int step) {
            if (!mine.isEmpty() && random.nextBoolean()) {
                String id = mine.remove(random.nextInt(mine.size()));
                System.out.println("releasing " + id);
                ledger.transact(view -> Ledger.Decision.of(
                        null,
                        new LedgerRecord.Ended(
                                id, 0, Duration.ZERO, Instant.now().minusSeconds(7200))));
                System.out.println("released " + id);
            } else {
                String id = name + "-" + step;
                if (ledger.transact(view -> take(view, id, "exclusive" + random.nextInt(EXCLUSIVE)))) {
                    System.out.println("held " + id);
                    mine.add(id);
                }
            }
        }

        private Ledger.Decision<Boolean> take(LedgerView view, String id, String what) {
            Set<String> taken = new HashSet<>();
            for (Claim claim : view.claims()) {
                if (!taken.add(claim.licenses().get(0))) {
                    System.out.println("given twice: " + view.claims());
                }
            }
            LedgerRecord noise = new LedgerRecord.Retreated("noise-" + "0".repeat(400), Instant.now());
            return taken.contains(what)
                    ? Ledger.Decision.of(false, noise)
                    : Ledger.Decision.of(true, reserved(id, what), noise);
        }

        private LedgerRecord reserved(String id, String what) {
            return new LedgerRecord.Reserved(
                    new Reservation(id, new HostName("l01"), name, 1, List.of(what), Instant.now()));
        }
    }
}
