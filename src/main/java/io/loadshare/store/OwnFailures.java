package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.ScanFailure;
import io.loadshare.load.Observer;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.ScanFindings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The failures that concern one observer alone, in a file {@code failures/USER@MACHINE} of the form of a {@link Snapshot}.
 * They stand over what everybody knows of the hosts, for that observer. A refusal ends when the observer gets in, or
 * lapses; any other failure ends with a newer report by anybody.
 */
final class OwnFailures {

    static final String DIRECTORY = "failures";

    /** A refused observer tries again when a report is this much newer than the refusal. */
    private static final Duration REFUSAL_LAPSES = Duration.ofMinutes(15);

    private static final int MAX_BYTES = 16 << 20;

    private final Path directory;
    private final AtomicFile.Access access;
    private final Consumer<String> warnings;

    OwnFailures(Path stateDirectory, AtomicFile.Access access, Consumer<String> warnings) {
        this.directory = stateDirectory.resolve(DIRECTORY);
        this.access = access;
        this.warnings = warnings;
    }

    /** The file of one observer. */
    Path file(Observer observer) {
        String name = observer.toString().replaceAll("[^A-Za-z0-9@._-]", "_");
        return directory.resolve(name.startsWith(".") ? "_" + name : name);
    }

    /** Puts what concerns the observer alone over what everybody knows. */
    void addTo(Map<HostName, HostStatus> known, Observer observer) {
        read(observer).entries().forEach((host, entry) -> {
            HostStatus status = known.getOrDefault(host, HostStatus.UNKNOWN);
            if (entry.failure() != null && stands(entry.failure(), status)) {
                ScanFailure failure = entry.failure();
                known.put(
                        host,
                        status.withFailure(new ScanFailure(
                                failure.reason(),
                                failure.since(),
                                failure.at(),
                                failure.kind(),
                                Optional.of(observer),
                                true)));
            }
        });
    }

    private static boolean stands(ScanFailure own, HostStatus status) {
        Duration lapses = own.kind().isLasting() ? REFUSAL_LAPSES : Duration.ZERO;
        return status.report()
                        .filter(report -> report.measuredAt().isAfter(own.at().plus(lapses)))
                        .isEmpty()
                && status.failure()
                        .filter(shared -> shared.at().isAfter(own.at()))
                        .isEmpty();
    }

    private Snapshot read(Observer observer) {
        Path file = file(observer);
        try {
            return AtomicFile.read(file, MAX_BYTES)
                    .map(bytes -> Snapshot.parse(new String(bytes, StandardCharsets.UTF_8), file.toString(), warnings))
                    .orElseGet(() -> new Snapshot(true));
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; it was skipped");
            return new Snapshot(false);
        }
    }

    /**
     * Records what an observer's scan found: its own failures, of the hosts that it asked.
     *
     * @throws LoadshareException of kind STATE if it cannot be written
     */
    void publish(ScanFindings findings, Observer observer, Instant now) {
        Snapshot snapshot = read(observer);
        boolean nothingBefore = snapshot.entries().isEmpty();
        findings.shared().hosts().forEach(result -> snapshot.remove(result.host()));
        for (HostResult result : findings.own().hosts()) {
            snapshot.put(result, observer, now);
        }
        try {
            if (!snapshot.entries().isEmpty()) {
                StateDirectory.makeDirectory(directory, access == AtomicFile.Access.SHARED ? 02770 : 0700);
                AtomicFile.write(file(observer), snapshot.print().getBytes(StandardCharsets.UTF_8), access);
            } else if (!nothingBefore) {
                Files.deleteIfExists(file(observer));
            }
        } catch (IOException e) {
            throw AtomicFile.failure("write what the scan found to", directory, e);
        }
    }
}
