package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.transport.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * The ledger as an append-only text file that processes of many users on many machines can share.
 *
 * <p><b>Protocol.</b> Every line is a {@link LedgerLine} with a checksum. A transaction locks the file ({@code fcntl},
 * the whole file, tried for {@link #LOCK_TIMEOUT}), ensures that its name still refers to it ({@link LockedFile}), ends
 * a torn last line with a newline, reads the lines appended since its last read, decides, and appends its lines with
 * one write. Only then are they committed: readers too hold a (shared) lock while they read. A reader that cannot get
 * the lock reads without it, and does not cache what it read.
 *
 * <p><b>Rehearsal.</b> A program that has just started is slow, because all code runs for the first time. To keep a
 * burst of programs from waiting for each other, the first read and the first decision run once without the lock. Under
 * the lock, only new lines are read, and the decision is made again.
 *
 * <p><b>Crashes.</b> A writer killed during an append leaves a prefix of its lines, and the last one may be torn. The
 * next writer ends a torn line before it decides, so from then on it is either valid or damaged for everybody. A failed
 * write (full disk) is undone. Damaged lines and foreign text are reported and skipped; lines of a newer loadshare are
 * reported and kept.
 *
 * <p><b>Compaction.</b> A transaction that leaves the file larger than the limit in its header writes the lines still
 * needed ({@link LedgerCompaction}) to a new file and renames it over the old one while holding the old one's lock. If
 * it is killed before the rename, the old file remains; after it, the new one; both are complete. A process waiting for
 * the old file's lock gets it, finds that the name refers to another file, and starts again.
 *
 * <p><b>Durability.</b> A reserved license seat is flushed to disk before {@link #transact} returns, because losing it
 * might exceed the limit. Everything else may be lost if the machine crashes (but not if only the process does): the
 * next scan finds lost reservations and lost ends.
 *
 * <p><b>Trust.</b> Everybody who may write the file can write anything into it: in shared state, every member of its
 * group. The writer's name in a line is not verified; it is for people who read the file, and no decision depends on
 * it. The worst effect of a hostile line is a wrong placement or refusal: its content is validated and never executed.
 */
public final class LedgerFile implements Ledger {

    /** The time limit for acquiring the lock. */
    public static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);

    /** The minimum size in bytes for compaction. */
    static final long SMALLEST_COMPACTED = 32 * 1024;

    /** Longer than file systems cache sizes. */
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final Path file;
    private final AtomicFile.Access access;
    private final String writer;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final RandomGenerator random;
    private final Consumer<String> warnings;
    private final LedgerReader start;
    private final LedgerParser parser = new LedgerParser(); // for the ledger's thread
    private volatile LedgerReader reader;
    private volatile Rehearsal rehearsal;
    private volatile long noCompactionBelow;

    /**
     * @param file the file, which the first write creates; its directory must exist
     * @param writer login name of the process's user
     * @param clock for compaction: decides which lines are old enough to remove
     * @param nanoClock as {@link System#nanoTime}
     * @param random generates the ID of each file; must be thread-safe
     * @param warnings receives messages about damaged lines and other problems; must not use the ledger
     */
    public LedgerFile(
            Path file,
            AtomicFile.Access access,
            HostInventory inventory,
            String writer,
            InstantSource clock,
            LongSupplier nanoClock,
            RandomGenerator random,
            Consumer<String> warnings) {
        this.file = canonical(file);
        this.access = access;
        this.writer = writer;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.random = random;
        this.warnings = warnings;
        this.start = LedgerReader.atStart(LedgerView.empty(inventory));
        this.reader = start;
    }

    /** Returns the ledger in a state directory, which is created if it is missing. */
    public static LedgerFile in(
            StateDirectory state,
            HostInventory inventory,
            String writer,
            InstantSource clock,
            LongSupplier nanoClock,
            RandomGenerator random,
            Consumer<String> warnings) {
        state.prepare();
        return new LedgerFile(
                state.path().resolve("ledger"), state.access(), inventory, writer, clock, nanoClock, random, warnings);
    }

    /** Returns the canonical name of a file, which determines the thread that works on it. */
    private static Path canonical(Path file) {
        try {
            return file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            return file.toAbsolutePath(); // The directory is missing; reading and writing will report that.
        }
    }

    @Override
    public LedgerView view() {
        try {
            LedgerReader seen = reader;
            Optional<FileStamp> stamp = FileStamp.of(file);
            if (seen.stamp().isPresent() && seen.stamp().equals(stamp)) {
                return seen.view();
            }
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                return start.view();
            }
            if (reader == start) {
                LedgerThread.run(file, () -> rehearse(view -> Decision.of(null)));
            }
            Deadline deadline = Deadline.after(LOCK_TIMEOUT, nanoClock);
            return LedgerThread.run(file, () -> read(deadline));
        } catch (NoSuchFileException e) {
            return start.view();
        } catch (IOException e) {
            throw AtomicFile.failure("read", file, e);
        }
    }

    private LedgerView read(Deadline deadline) throws IOException {
        try (LockedFile locked = LockedFile.forReading(file, deadline)) {
            return readNew(locked).view();
        } catch (LockedFile.FileBusyException e) {
            warnings.accept("read " + file + " without its lock: " + e.getMessage());
            return readUnlocked(new CRC32C(), message -> {}).view();
        }
    }

    private LedgerReader readUnlocked(Checksum sum, Consumer<String> complaints) throws IOException {
        try (InputStream content = LockedFile.openUnlocked(file)) {
            return start.read(new byte[0], content, parser, sum, complaints);
        }
    }

    @Override
    public <T> T transact(Function<LedgerView, Decision<T>> decide) {
        try {
            if (reader == start) {
                LedgerThread.run(file, () -> rehearse(decide));
            }
            Deadline deadline = Deadline.after(LOCK_TIMEOUT, nanoClock);
            return LedgerThread.run(file, () -> transact(decide, deadline));
        } catch (LockedFile.FileBusyException e) {
            throw new LedgerBusyException("cannot lock " + file + ": " + e.getMessage() + "; 'fuser -v " + file
                    + "' shows which processes use it on this machine");
        } catch (IOException e) {
            throw AtomicFile.failure("write", file, e);
        }
    }

    private <T> T transact(Function<LedgerView, Decision<T>> decide, Deadline deadline) throws IOException {
        try (LockedFile locked = lock(deadline)) {
            Optional<FileStamp> untouched = FileStamp.of(file);
            locked.endLine();
            LedgerReader before = readNew(locked);
            Decision<T> decision = decide.apply(before.view());
            if (!decision.records().isEmpty()) {
                locked.append(print(decision.records()));
                readNew(locked);
            }
            if (locked.size() >= noCompactionBelow
                    && reader.wantsCompaction(locked.size())
                    && mayBeReplaced(untouched)) {
                compact(locked);
            }
            locked.unlock();
            if (decision.records().stream().anyMatch(LedgerFile::mustOutlastACrash)) {
                locked.flush();
            }
            return decision.value();
        }
    }

    /** What was read without the lock, and the checksum of these lines. */
    private record Rehearsal(LedgerReader reader, long sum) {

        boolean isStartOf(LockedFile locked) throws IOException {
            return locked.checksum(reader.offset()) == sum;
        }
    }

    private Void rehearse(Function<LedgerView, ? extends Decision<?>> decide) {
        try {
            List<String> complaints = new ArrayList<>();
            Checksum sum = new CRC32C();
            boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            LedgerReader read = exists ? readUnlocked(sum, complaints::add) : start;
            print(decide.apply(read.view()).records());
            rehearsal = complaints.isEmpty() ? new Rehearsal(read, sum.getValue()) : null;
        } catch (IOException | RuntimeException e) {
            // Problems will be reported under the lock.
        }
        return null;
    }

    private LockedFile lock(Deadline deadline) throws IOException {
        byte[] header = header(SMALLEST_COMPACTED);
        try {
            return LockedFile.forWriting(file, header, deadline);
        } catch (NoSuchFileException e) {
            create(header);
            return LockedFile.forWriting(file, header, deadline);
        }
    }

    /** Creates the file with its header and permissions in one step, unless another process was faster. */
    private void create(byte[] header) throws IOException {
        Path temporary = file.resolveSibling(AtomicFile.TEMPORARY + Long.toHexString(random.nextLong()));
        AtomicFile.write(temporary, header, access);
        try {
            Files.createLink(file, temporary);
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) { // a file system without hard links
                Files.move(temporary, file);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private byte[] header(long compactAt) {
        String id = Long.toHexString(random.nextLong());
        return LedgerLine.printHeader(writer, new LedgerLine.Header(id, compactAt), clock.instant());
    }

    private byte[] print(List<LedgerRecord> records) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        records.forEach(record -> lines.writeBytes(LedgerLine.print(writer, record)));
        return lines.toByteArray();
    }

    /** Reads up to the end of the file. */
    private LedgerReader readNew(LockedFile locked) throws IOException {
        LedgerReader from = reader.reads(locked.id(), locked.size()) ? reader : start;
        if (from == start && rehearsal != null && rehearsal.isStartOf(locked)) {
            from = rehearsal.reader;
        }
        rehearsal = null;
        LedgerReader now = from.read(
                locked.id(),
                locked.from(from.offset()),
                parser,
                new CRC32C(),
                what -> warnings.accept(file + ": " + what));
        reader = now.stamped(FileStamp.of(file));
        return reader;
    }

    private static boolean mustOutlastACrash(LedgerRecord record) {
        return record instanceof LedgerRecord.Reserved reserved
                && !reserved.reservation().licenses().isEmpty();
    }

    /**
     * Returns whether the visible file is complete. A file system in user space (FUSE) may not support locks and may
     * show outdated sizes; there, the file must not have changed for a while.
     */
    private boolean mayBeReplaced(Optional<FileStamp> untouched) throws IOException {
        return !Files.getFileStore(file).type().startsWith("fuse")
                || untouched
                        .filter(stamp ->
                                stamp.modified().toInstant().plus(QUIET).isBefore(clock.instant()))
                        .isPresent();
    }

    /** Compacts the file; if that fails, the file stays as it is and continues to grow. */
    private void compact(LockedFile locked) throws IOException {
        byte[] old = locked.read();
        byte[] kept = LedgerCompaction.compact(old, parser, writer, clock.instant());
        byte[] header = header(Math.max(SMALLEST_COMPACTED, 2L * kept.length));
        ByteArrayOutputStream whole = new ByteArrayOutputStream(header.length + kept.length);
        whole.writeBytes(header);
        whole.writeBytes(kept);
        try {
            AtomicFile.write(file, whole.toByteArray(), access);
            noCompactionBelow = 0;
        } catch (LoadshareException e) {
            noCompactionBelow = 2L * old.length;
            warnings.accept(e.getMessage() + "; the ledger stays as it is and grows on");
        }
    }
}
