package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import io.loadshare.load.NewerFormatException;
import io.loadshare.load.Observer;
import io.loadshare.load.ReportText;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The findings of scans on disk: the snapshot and the individual reports. */
final class Scans {

    /** Enough for 100 000 hosts. */
    private static final int MAX_BYTES = 128 << 20;

    private static final Duration LOCK_WAIT_LIMIT = Duration.ofSeconds(10);

    private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(2);

    /** A temporary file of this age was left behind by a writer that died. */
    private static final Duration LONG_DEAD = Duration.ofHours(1);

    /** The number of parallel flushes: the disk serves several in the time of one. */
    private static final int WRITERS = 16;

    private final Path directory;
    private final Path file;
    private final Path reports;
    private final AtomicFile.Access access;
    private final Consumer<String> warnings;

    Scans(Path directory, AtomicFile.Access access, Consumer<String> warnings) {
        this.directory = directory;
        this.file = directory.resolve("snapshot");
        this.reports = directory.resolve("reports");
        this.access = access;
        this.warnings = warnings;
    }

    /** What is known of the hosts of an inventory, and perhaps of others. */
    Map<HostName, HostStatus> read(HostInventory inventory) {
        Snapshot snapshot;
        try {
            snapshot = readSnapshot();
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage());
            snapshot = new Snapshot(false);
        }
        Map<HostName, HostStatus> known = new HashMap<>(inventory.size() * 2);
        for (Map.Entry<HostName, Snapshot.Entry> each : snapshot.entries().entrySet()) {
            known.put(each.getKey(), each.getValue().status());
        }
        if (!snapshot.isWhole()) {
            for (Host host : inventory.hosts()) {
                if (!known.containsKey(host.name())) {
                    readReport(host.name()).ifPresent(report -> known.put(host.name(), HostStatus.of(report)));
                }
            }
        }
        return known;
    }

    /** Not whole if there is none. */
    private Snapshot readSnapshot() {
        return parse(AtomicFile.read(file, MAX_BYTES));
    }

    private Snapshot parse(Optional<byte[]> content) {
        return content.isEmpty()
                ? new Snapshot(false)
                : Snapshot.parse(new String(content.get(), StandardCharsets.UTF_8), file.toString(), warnings);
    }

    private Optional<LoadReport> readReport(HostName host) {
        Path source = reports.resolve(host.value());
        try {
            return AtomicFile.read(source, ReportText.MAX_BYTES)
                    .map(bytes -> ReportText.parse(new String(bytes, StandardCharsets.UTF_8), source.toString()))
                    .filter(report -> report.host().equals(host));
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; it was skipped");
            return Optional.empty();
        }
    }

    @SuppressWarnings("try") // the lock is held, not used
    void publish(ScanResult result, Observer by, Instant now) {
        Deadline deadline = Deadline.after(LOCK_WAIT_LIMIT, System::nanoTime);
        Path lockFile = directory.resolve("snapshot.lock");
        try (StateLock lock = StateLock.take(lockFile, access, deadline).orElse(null)) {
            if (lock == null) {
                warnings.accept(lockFile + " was held by others for " + LOCK_WAIT_LIMIT.toSeconds()
                        + " s; published without it, so what they publish now may be lost until the next scan");
            }
            publishLocked(result, by, now);
        } catch (IOException e) {
            throw AtomicFile.failure("write what the scan found to", directory, e);
        }
    }

    private void publishLocked(ScanResult result, Observer by, Instant now) throws IOException {
        Snapshot snapshot = readForChange(now);
        List<LoadReport> changed = new ArrayList<>();
        for (HostResult host : result.hosts()) {
            if (snapshot.put(host, by, now)) {
                changed.add(host.report().orElseThrow());
            }
        }
        writeReports(changed);
        AtomicFile.removeTemporary(reports, now.minus(LONG_DEAD));
        AtomicFile.removeTemporary(directory, now.minus(LONG_DEAD));
        AtomicFile.write(file, snapshot.print().getBytes(StandardCharsets.UTF_8), access);
    }

    private Snapshot readForChange(Instant now) throws IOException {
        Snapshot snapshot;
        try {
            Deadline deadline = Deadline.after(SETTLE_TIMEOUT, System::nanoTime);
            snapshot = parse(AtomicFile.readSettled(file, MAX_BYTES, StateText.lastLine(Snapshot.KIND), deadline));
        } catch (NewerFormatException e) {
            throw new LoadshareException(LoadshareException.Kind.STATE, e.getMessage() + "; nothing was changed", e);
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; it is made anew");
            snapshot = new Snapshot(false);
        }
        if (!snapshot.isWhole() && Files.isDirectory(reports)) {
            addReports(snapshot, now);
        }
        return snapshot;
    }

    private void addReports(Snapshot snapshot, Instant now) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "[!.]*")) {
            for (Path each : files) {
                readReport(new HostName(each.getFileName().toString())).ifPresent(report -> snapshot.put(report, now));
            }
        }
    }

    private void writeReports(List<LoadReport> changed) throws IOException {
        StateDirectory.makeDirectory(reports, access == AtomicFile.Access.SHARED ? 02770 : 0700);
        try (DirectoryStream<Path> top = Files.newDirectoryStream(directory);
                DirectoryStream<Path> folder = ((SecureDirectoryStream<Path>) top)
                        .newDirectoryStream(Path.of("reports"), LinkOption.NOFOLLOW_LINKS)) {
            List<Callable<Void>> writes = new ArrayList<>(changed.size());
            for (LoadReport report : changed) {
                writes.add(() -> {
                    byte[] text = ReportText.print(report).getBytes(StandardCharsets.UTF_8);
                    AtomicFile.replace(folder, Path.of(report.host().value()), text, access);
                    return null;
                });
            }
            runSideBySide(writes);
        }
        AtomicFile.flush(reports);
    }

    private static void runSideBySide(List<Callable<Void>> writes) throws IOException {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            for (Future<Void> write : writers.invokeAll(writes)) {
                write.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reports were written");
        } finally {
            writers.shutdown();
        }
    }
}
