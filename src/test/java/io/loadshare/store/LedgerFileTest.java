package io.loadshare.store;

import static io.loadshare.testing.LedgerRecords.ended;
import static io.loadshare.testing.LedgerRecords.reserved;
import static io.loadshare.testing.LedgerRecords.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.LedgerContract;
import io.loadshare.ledger.Ticket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFileTest extends LedgerContract {

    @TempDir
    Path directory;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private Instant now = NOON;

    private Path file() {
        return directory.resolve("ledger");
    }

    @Override
    protected Ledger newLedger() {
        return open(AtomicFile.Access.PRIVATE);
    }

    @Override
    protected String ownerOf(Ticket ticket) {
        return "alice";
    }

    /** Another process's ledger on the same file, as far as one process can play two. */
    private Ledger open(AtomicFile.Access access) {
        return new LedgerFile(
                file(),
                access,
                INVENTORY,
                "alice",
                () -> now,
                System::nanoTime,
                new SplittableRandom(7),
                warnings::add);
    }

    private static void fill(Ledger ledger, int jobs, Instant at) {
        for (int i = 0; i < jobs; i++) {
            String id = at.getEpochSecond() + "-" + i;
            append(ledger, reserved(id, "l01", at), started(id, at), ended(id, at));
        }
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void makesNoFileUntilThereIsSomethingToWrite() {
        ledger.view();

        assertThat(file()).doesNotExist();
    }

    @Test
    void showsWhatOthersAppended() {
        Ledger other = newLedger();
        append(ledger, reserved("j1", "l01", NOON));
        assertThat(other.view().claims()).hasSize(1);
        append(ledger, reserved("j2", "l01", NOON));
        assertThat(other.view().claims()).hasSize(2);
        append(other, ended("j1", NOON));

        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j2");
    }

    /** It is read in parts: lines cross their borders, and one is longer than a part. */
    @Test
    void aLargeFileIsReadWhole() {
        append(ledger, reserved("j1", "l01", NOON));
        Ledger other = newLedger();
        other.view();
        append(ledger, reserved("j2", "l01", "x".repeat(200_000), "matlab", NOON));
        for (int i = 3; i <= 2000; i++) {
            append(ledger, reserved("j" + i, "l02", NOON));
        }

        List<String> all = IntStream.rangeClosed(1, 2000).mapToObj(i -> "j" + i).toList();
        for (Ledger reader : List.of(other, newLedger())) {
            assertThat(reader.view().claims()).extracting(Claim::id).containsExactlyElementsOf(all);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void privateFilesAreTheOwnersAlone() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void sharedFilesAreTheGroupsAlsoAfterCompaction() throws IOException {
        Ledger shared = open(AtomicFile.Access.SHARED);
        append(shared, reserved("j1", "l01", NOON));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-rw----");
        String header = Files.readAllLines(file()).get(0);

        fill(shared, 300, NOON);

        assertThat(Files.readAllLines(file()).get(0)).isNotEqualTo(header);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-rw----");
    }

    @Test
    void leavesNothingElseInTheDirectory() throws IOException {
        fill(ledger, 300, NOON);

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void everyLineTellsWhoWroteIt() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));

        assertThat(Files.readAllLines(file())).allMatch(line -> line.split(" ")[3].equals("alice"));
    }

    @Test
    void skipsATornLineAndAppendsBehindIt() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        byte[] whole = LedgerLine.print("bob", reserved("j2", "l01", NOON));
        write(new String(whole, 0, whole.length / 2, StandardCharsets.UTF_8));

        append(ledger, reserved("j3", "l01", NOON));

        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j1", "j3");
        assertThat(newLedger().view().claims()).extracting(Claim::id).containsExactly("j1", "j3");
        assertThat(warnings).singleElement().asString().contains("damaged line skipped", "'1 ");
    }

    @Test
    void aLineThatLacksOnlyItsNewlineCountsForAllWhoDecideLater() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        byte[] whole = LedgerLine.print("bob", reserved("j2", "l01", NOON));
        write(new String(whole, 0, whole.length - 1, StandardCharsets.UTF_8));
        assertThat(newLedger().view().claims()).hasSize(1);

        int seen = ledger.transact(view -> Ledger.Decision.of(view.claims().size()));

        assertThat(seen).isEqualTo(2);
        assertThat(newLedger().view().claims()).hasSize(2);
    }

    @Test
    void reportsForeignTextWithPlaceAndExcerptAndRemovesItInTheNextTransaction() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        long size = Files.size(file());
        write("hello \u001b[31mworld\n");

        assertThat(ledger.view().claims()).hasSize(1);
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains(file().toString(), "byte " + size, "'hello ?[31mworld'")
                .doesNotContain("\u001b");

        append(ledger, reserved("j2", "l01", NOON));

        assertThat(Files.readString(file())).doesNotContain("hello");
        assertThat(newLedger().view().claims()).extracting(Claim::id).containsExactly("j1", "j2");
        assertThat(warnings).hasSize(1);
    }

    @Test
    void survivesAFileThatNeverWasALedger() throws IOException {
        byte[] garbage = new byte[10_000_000];
        new java.util.Random(1).nextBytes(garbage);
        Files.write(file(), garbage);

        append(ledger, reserved("j1", "l01", NOON));

        assertThat(newLedger().view().claims()).extracting(Claim::id).containsExactly("j1");
        assertThat(warnings).hasSizeBetween(2, 4).last().asString().contains("more lines were skipped");
        assertThat(Files.size(file())).isLessThan(1000);
    }

    @Test
    void survivesAnEmptiedFile() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        Files.write(file(), new byte[0]);

        assertThat(ledger.view().claims()).isEmpty();
        append(ledger, reserved("j2", "l01", NOON));

        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j2");
        assertThat(newLedger().view().claims()).extracting(Claim::id).containsExactly("j2");
    }

    @Test
    void survivesARemovedFile() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        Files.delete(file());

        append(ledger, reserved("j2", "l01", NOON));

        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j2");
    }

    @Test
    void reportsLinesOfANewerVersionAndKeepsThemThroughCompaction() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        String newer = "2 00000000 whatever that means";
        String sealed = newer.replace("00000000", LedgerLineTest.checksum("2", "whatever that means"));
        write(sealed + "\n");

        fill(ledger, 300, NOON.minus(Duration.ofHours(2)));

        assertThat(warnings).first().asString().contains("format 2 is not known to this loadshare");
        assertThat(Files.readAllLines(file())).contains(sealed).hasSizeLessThan(300);
        assertThat(ledger.view().claims()).hasSize(1);
    }

    @Test
    void believesNothingThatOnlyStoodThereWithoutTheLock() throws IOException {
        append(ledger, reserved("j1", "l01", NOON));
        byte[] committed = Files.readAllBytes(file());
        write(new String(LedgerLine.print("bob", reserved("taken-back", "l01", NOON)), StandardCharsets.UTF_8));
        List<List<String>> seen = new CopyOnWriteArrayList<>();

        newLedger().transact(view -> {
            seen.add(view.claims().stream().map(Claim::id).toList());
            if (seen.size() == 1) { // the rehearsal: now its writer takes that back, and another one writes
                overwrite(committed, LedgerLine.print("bob", reserved("j2", "l01", "x".repeat(50), "matlab", NOON)));
            }
            return Ledger.Decision.of(null);
        });

        assertThat(seen).containsExactly(List.of("j1", "taken-back"), List.of("j1", "j2"));
    }

    private void overwrite(byte[] content, byte[] more) {
        try {
            Files.write(file(), content);
            Files.write(file(), more, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void compactionKeepsWhatIsStillNeeded() throws IOException {
        append(ledger, reserved("open", "l02", "alice", "matlab", NOON));
        append(ledger, reserved("running", "l02", NOON), started("running", NOON.plusSeconds(1)));
        Instant yesterday = NOON.minus(Duration.ofDays(1));
        fill(ledger, 1000, yesterday);
        fill(ledger, 3, NOON);
        HostLedger before = ledger.view().at(0);

        HostLedger after = newLedger().view().at(0);

        assertThat(Files.size(file())).isLessThan(LedgerFile.SMALLEST_COMPACTED);
        assertThat(after.completed()).isEqualTo(1003).isEqualTo(before.completed());
        assertThat(after.recentEnds()).endsWith(before.recentEnds().toArray(new HostLedger.EndedJob[0]));
        assertThat(newLedger().view().claims()).extracting(Claim::id).containsExactly("open", "running");
        assertThat(newLedger().view().of(INVENTORY.at(1).name()).recentStarts()).containsExactly(NOON.plusSeconds(1));
    }

    @Test
    void goesOnWhereACompactedFileCannotReplaceTheOld() throws Exception {
        append(ledger, reserved("j1", "l01", NOON));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        try (ForkedJvm writer = ForkedJvm.startBoundByPermissions(FillsUp.class, file().toString(), "400")) {
            assertThat(writer.awaitEnd(30, TimeUnit.SECONDS)).isZero();
            assertThat(writer.allLines())
                    .as("one at 32 KiB, one at 64")
                    .hasSize(2)
                    .allMatch(line -> line.contains("permission denied") && line.contains("grows on"));
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }

        assertThat(Files.size(file())).isGreaterThan(LedgerFile.SMALLEST_COMPACTED);
        assertThat(ledger.view().claims()).hasSize(401);
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        Path target = directory.resolve("target");
        Files.createSymbolicLink(file(), target);

        assertThatThrownBy(() -> append(ledger, reserved("j1", "l01", NOON)))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("not a regular file");
        assertThat(target).doesNotExist();
    }

    @Test
    void namesTheDirectoryThatIsMissing() {
        LedgerFile lost = new LedgerFile(
                directory.resolve("gone/ledger"),
                AtomicFile.Access.PRIVATE,
                INVENTORY,
                "alice",
                () -> now,
                System::nanoTime,
                new SplittableRandom(7),
                warnings::add);

        assertThat(lost.view().claims()).isEmpty();
        assertThatThrownBy(() -> append(lost, reserved("j1", "l01", NOON)))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.STATE))
                .hasMessageContaining("gone")
                .hasMessageContaining("no such directory");
    }

    @Test
    void saysThatItIsBusyWhileAnotherProcessHoldsTheLock() throws Exception {
        append(ledger, reserved("j1", "l01", NOON));
        try (ForkedJvm holder = ForkedJvm.start(LockHolder.class, file().toString())) {
            holder.awaitLine("locked");

            assertThatThrownBy(() -> append(ledger, reserved("j2", "l01", NOON)))
                    .isInstanceOf(LedgerBusyException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("2000 ms");
            assertThat(open(AtomicFile.Access.PRIVATE).view().claims())
                    .as("read without the lock")
                    .hasSize(1);
            assertThat(warnings).singleElement().asString().contains("without its lock");
        }
        append(ledger, reserved("j3", "l01", NOON));
        assertThat(ledger.view().claims()).extracting(Claim::id).containsExactly("j1", "j3");
    }

    @Test
    void takesBackWhatAFullDiskCutShort() throws Exception {
        append(ledger, reserved("before", "l01", NOON));

        try (ForkedJvm writer = ForkedJvm.startWithFileLimit(4, FillsUp.class, file().toString(), "1000")) {
            assertThat(writer.awaitLine("STATE")).contains("cannot write", file().toString(), "File too large");
            assertThat(writer.awaitEnd(10, TimeUnit.SECONDS)).isZero();
        }

        String text = Files.readString(file());
        assertThat(text).endsWith("\n").hasSizeLessThan(4096);
        assertThat(text.lines().count()).isGreaterThan(10);
        int lines = (int) text.lines().count();
        assertThat(newLedger().view().claims()).hasSize(lines - 1);
        assertThat(warnings).isEmpty();
    }

    /** Holds the lock of the file in its first argument until it is killed. */
    static final class LockHolder {

        public static void main(String[] args) throws Exception {
            var channel = java.nio.channels.FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
            channel.lock();
            System.out.println("locked");
            System.in.read();
        }
    }

    /** Appends so many long lines, unless that fails; prints warnings and failure. */
    static final class FillsUp {

        public static void main(String[] args) {
            Ledger ledger = new LedgerFile(
                    Path.of(args[0]),
                    AtomicFile.Access.PRIVATE,
                    INVENTORY,
                    "bob",
                    () -> NOON,
                    System::nanoTime,
                    new SplittableRandom(8),
                    System.out::println);
            try {
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    append(ledger, reserved("job-" + i, "l01", "x".repeat(200), "matlab", NOON));
                }
            } catch (LoadshareException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
        }
    }
}
