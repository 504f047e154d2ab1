package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.Drain;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.Observer;
import io.loadshare.scan.ScanFindings;
import io.loadshare.scan.ScanState;
import io.loadshare.scan.ScanTurn;
import io.loadshare.scan.Suspensions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The directory in which loadshare keeps its state between two runs.
 *
 * <p>A private directory (0700) belongs to one user and is created on the first write. A shared directory (2770)
 * belongs to root and a group whose members trust each other, and is created by an administrator. It contains:
 *
 * <ul> <li>{@code snapshot}: the newest report or failure of every host, all that decisions read ({@link Snapshot});
 * <li>{@code reports/HOST}: each host's newest report by itself ({@link io.loadshare.load.ReportText}), from which a
 * damaged snapshot is made anew; <li>{@code failures/USER@MACHINE}: why that observer alone cannot measure hosts
 * ({@link OwnFailures}); <li>{@code drains}, {@code suspensions}: hosts kept out ({@link Exclusions}); <li>{@code
 * scan.N}: who scans or scanned last ({@link ScanClaimFile}); <li>{@code *.lock}: locks held while one of these is
 * changed; the ledger.
 * </ul>
 *
 * <p>Every file is read and replaced as a whole, so readers need no lock and writers may be killed at any moment.
 * Damaged files, foreign formats and files of a newer loadshare are reported to the listener and skipped; a file of a
 * newer loadshare is never overwritten. Any thread and any process may use the same directory.
 */
public final class StateDirectory implements Suspensions, ScanState {

    private final Path path;
    private final boolean shared;
    private final Scans scans;
    private final OwnFailures ownFailures;
    private final Exclusions<Drain> drains;
    private final Exclusions<Suspension> suspensions;

    private volatile Reading reading;

    /** A board, for whom it was read, and the stamps that the files it was read from had before. */
    private record Reading(Observer observer, List<Optional<FileStamp>> stamps, LoadBoard board) {}

    private StateDirectory(StateSettings settings, Consumer<String> warnings) {
        this.path = settings.directory().toAbsolutePath();
        this.shared = settings.shared();
        this.scans = new Scans(path, access(), warnings);
        this.ownFailures = new OwnFailures(path, access(), warnings);
        this.drains = Exclusions.drains(path, access(), warnings);
        this.suspensions = Exclusions.suspensions(path, access(), warnings);
    }

    /**
     * Opens a state directory. A private one may be missing.
     *
     * @param warnings receives one line for each skipped part, from any thread
     * @throws LoadshareException of kind STATE if it is no directory, or others could write to it who should not
     */
    public static StateDirectory open(StateSettings settings, Consumer<String> warnings) {
        StateDirectory directory = new StateDirectory(settings, warnings);
        try {
            directory.check();
        } catch (NoSuchFileException e) {
            if (settings.shared()) {
                throw directory.refused("does not exist; as root: install -d -m 2770 -g GROUP " + directory.path);
            }
        } catch (IOException e) {
            throw AtomicFile.failure("look at state directory", directory.path, e);
        }
        return directory;
    }

    private void check() throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:isDirectory,uid,mode");
        int owner = (Integer) attributes.get("uid");
        int mode = (Integer) attributes.get("mode") & 07777;
        int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!(Boolean) attributes.get("isDirectory")) {
            throw refused("is no directory; remove it or set state.directory elsewhere");
        }
        if (shared) {
            checkShared(owner, mode, self);
            checkMember();
        } else if (owner != self) {
            throw refused("belongs to user " + Files.getOwner(path) + ", not to you; set state.directory elsewhere");
        } else if ((mode & 0022) != 0) {
            throw refused("can be written to by others (mode " + Integer.toOctalString(mode) + "); chmod 700 " + path);
        }
    }

    private void checkShared(int owner, int mode, int self) throws IOException {
        if (owner != 0 && owner != self) {
            throw refused("is shared and belongs to user " + Files.getOwner(path) + "; it must belong to root");
        }
        if ((mode & 02777) != 02770) {
            throw refused("is shared and has mode " + Integer.toOctalString(mode)
                    + "; it must be 2770 (the group's, which its files inherit): chmod 2770 " + path);
        }
    }

    private void checkMember() throws IOException {
        if (!Files.isReadable(path) || !Files.isWritable(path) || !Files.isExecutable(path)) {
            String user = System.getProperty("user.name");
            Object group = Files.getAttribute(path, "posix:group");
            throw refused("is shared by the group " + group + ", and you (" + user + ") are not a member of it;"
                    + " as root: usermod -aG " + group + " " + user + ", then log in again");
        }
    }

    private LoadshareException refused(String why) {
        return new LoadshareException(LoadshareException.Kind.STATE, "state directory " + path + " " + why);
    }

    public Path path() {
        return path;
    }

    /** Returns who may read and write its files. */
    public AtomicFile.Access access() {
        return shared ? AtomicFile.Access.SHARED : AtomicFile.Access.PRIVATE;
    }

    /**
     * Creates a missing private directory. All methods that write call this first.
     *
     * @throws LoadshareException of kind STATE if that is not possible
     */
    public void prepare() {
        if (shared || Files.isDirectory(path)) {
            return;
        }
        try {
            Files.createDirectories(path.getParent());
            makeDirectory(path, 0700);
        } catch (IOException e) {
            throw AtomicFile.failure("make state directory", path, e);
        }
    }

    /**
     * Creates a directory if it is missing, regardless of the umask.
     *
     * @param mode its permissions, the set-group-id bit included
     */
    static void makeDirectory(Path directory, int mode) throws IOException {
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.setAttribute(directory, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
        } catch (FileAlreadyExistsException e) {
            // Somebody else was faster.
        }
    }

    /**
     * What an observer knows of all hosts of an inventory: what everybody knows, and the observer's own failures. Never
     * fails. Until something is published, drained or the like it is the same object, so who waits for news may ask often.
     */
    @Override
    public LoadBoard board(HostInventory inventory, Observer observer) {
        List<Optional<FileStamp>> stamps = List.of(
                stamp("snapshot"), stamp("drains"), stamp("suspensions"), FileStamp.of(ownFailures.file(observer)));
        Reading last = reading;
        if (last != null
                && last.board.inventory() == inventory
                && last.observer.equals(observer)
                && last.stamps.equals(stamps)) {
            return last.board;
        }
        LoadBoard board = read(inventory, observer);
        boolean isKnown = stamps.get(0).isPresent() || stamps.get(3).isPresent();
        reading = isKnown ? new Reading(observer, stamps, board) : null;
        return board;
    }

    private Optional<FileStamp> stamp(String name) {
        return FileStamp.of(path.resolve(name));
    }

    private LoadBoard read(HostInventory inventory, Observer observer) {
        Map<HostName, HostStatus> known = scans.read(inventory);
        ownFailures.addTo(known, observer);
        for (Map.Entry<HostName, Drain> drain : drains.read().entrySet()) {
            HostStatus status = known.getOrDefault(drain.getKey(), HostStatus.UNKNOWN);
            known.put(drain.getKey(), status.withDrain(Optional.of(drain.getValue())));
        }
        for (Map.Entry<HostName, Suspension> suspension : suspensions.read().entrySet()) {
            HostStatus status = known.getOrDefault(suspension.getKey(), HostStatus.UNKNOWN);
            known.put(suspension.getKey(), status.withSuspension(Optional.of(suspension.getValue())));
        }
        return LoadBoard.of(inventory, known);
    }

    /**
     * Adds what a scan found to what is known: to everybody what is the state of the hosts, to the observer the rest. Of
     * hosts that were not asked, and where another scan knows something newer, nothing changes.
     *
     * @param by who scanned
     * @param now by which what is known is found to be from the future, and gives way
     * @throws LoadshareException of kind STATE if it cannot be written; then no reader sees a part of it in the snapshot
     */
    @Override
    public void publish(ScanFindings findings, Observer by, Instant now) {
        prepare();
        if (!findings.shared().hosts().isEmpty()) {
            scans.publish(findings.shared(), by, now);
        }
        ownFailures.publish(findings, by, now);
    }

    /**
     * Claims the next scan of all hosts, so that of any number of processes and machines one scans.
     *
     * @param by who we are
     * @param minInterval a scan younger than this makes another needless
     * @param holds how long the claim holds if we die: the scan's deadline
     */
    @Override
    public ScanTurn claimScan(Observer by, Duration minInterval, Duration holds, Instant now) {
        prepare();
        return ScanClaimFile.claim(path, access(), by, minInterval, holds, now);
    }

    /** Who is scanning, if anybody; see {@link #claimScan}. */
    @Override
    public Optional<ScanTurn.Theirs> scanning(Duration holds, Instant now) {
        return ScanClaimFile.holder(path, holds, now);
    }

    /** Returns the drained hosts. */
    public Map<HostName, Drain> drains() {
        return drains.read();
    }

    /** Drains a host. */
    public void drain(HostName host, String reason, String user, Instant now) {
        prepare();
        drains.put(host, new Drain(reason, user, now));
    }

    /**
     * Ends the drain of a host.
     *
     * @return whether it was drained
     */
    public boolean undrain(HostName host) {
        return drains.remove(host);
    }

    @Override
    public Map<HostName, Suspension> suspensions() {
        return suspensions.read();
    }

    @Override
    public void suspend(HostName host, Suspension suspension) {
        prepare();
        suspensions.put(host, suspension);
    }

    @Override
    public boolean unsuspend(HostName host) {
        return suspensions.remove(host);
    }
}
