package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus.Drain;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.NewerFormatException;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The drained or suspended hosts with their reasons, in one file: lines {@code drain=HOST SINCE USER REASON} or {@code
 * suspension=HOST SINCE UNTIL REASON}. Changes are made under a lock.
 */
final class Exclusions<T> {

    private static final int MAX_BYTES = 16 << 20;
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);

    private final Path file;
    private final AtomicFile.Access access;
    private final Consumer<String> warnings;
    private final String kind;
    private final String key;
    private final Function<String[], T> reader;
    private final Function<T, Object[]> print;

    private Exclusions(
            Path file,
            AtomicFile.Access access,
            Consumer<String> warnings,
            String key,
            Function<String[], T> reader,
            Function<T, Object[]> print) {
        this.file = file;
        this.access = access;
        this.warnings = warnings;
        this.kind = key + "s";
        this.key = key;
        this.reader = reader;
        this.print = print;
    }

    static Exclusions<Drain> drains(Path directory, AtomicFile.Access access, Consumer<String> warnings) {
        return new Exclusions<>(
                directory.resolve("drains"),
                access,
                warnings,
                "drain",
                fields -> new Drain(fields[3], fields[2], StateText.time(fields[1])),
                drain -> new Object[] {StateText.print(drain.since()), drain.user(), drain.reason()});
    }

    static Exclusions<Suspension> suspensions(Path directory, AtomicFile.Access access, Consumer<String> warnings) {
        return new Exclusions<>(
                directory.resolve("suspensions"),
                access,
                warnings,
                "suspension",
                fields -> new Suspension(fields[3], StateText.time(fields[1]), StateText.time(fields[2])),
                suspension -> new Object[] {
                    StateText.print(suspension.since()), StateText.print(suspension.until()), suspension.reason()
                });
    }

    /** Returns all entries by host; unreadable lines are reported and skipped. */
    Map<HostName, T> read() {
        try {
            return readStrictly();
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage());
            return Map.of();
        }
    }

    private Map<HostName, T> readStrictly() {
        return parse(AtomicFile.read(file, MAX_BYTES));
    }

    private Map<HostName, T> parse(Optional<byte[]> content) {
        Map<HostName, T> found = new LinkedHashMap<>();
        if (content.isPresent()) {
            String text = new String(content.get(), StandardCharsets.UTF_8);
            StateText.read(text, kind, file.toString(), (k, fields) -> take(k, fields, found), warnings);
        }
        return found;
    }

    private void take(String lineKey, String[] fields, Map<HostName, T> found) {
        if (lineKey.equals(key)) {
            found.put(new HostName(fields[0]), reader.apply(fields));
        }
    }

    void put(HostName host, T value) {
        change(found -> found.put(host, value));
    }

    /** Returns whether it was there. */
    boolean remove(HostName host) {
        return change(found -> found.remove(host)) != null;
    }

    @SuppressWarnings("try") // the lock is held, not used
    private T change(Function<Map<HostName, T>, T> change) {
        Path lockFile = file.resolveSibling(kind + ".lock");
        Deadline deadline = Deadline.after(LOCK_TIMEOUT, System::nanoTime);
        try (StateLock lock = StateLock.take(lockFile, access, deadline).orElseThrow(() -> busy(lockFile))) {
            Map<HostName, T> found = readForChange();
            T result = change.apply(found);
            StringBuilder out = StateText.begin(kind);
            found.forEach((host, value) -> StateText.line(out, key, fields(host, value)));
            AtomicFile.write(file, StateText.end(out, kind).getBytes(StandardCharsets.UTF_8), access);
            return result;
        } catch (IOException e) {
            throw AtomicFile.failure("lock", lockFile, e);
        }
    }

    private static LoadshareException busy(Path lockFile) {
        return new LoadshareException(
                LoadshareException.Kind.LIMIT,
                lockFile + " was held by others for " + LOCK_TIMEOUT.toSeconds()
                        + " s; try again (fuser shows by whom)");
    }

    /** Replaces a damaged file, but not the file of a newer loadshare. */
    private Map<HostName, T> readForChange() {
        try {
            Deadline deadline = Deadline.after(LOCK_TIMEOUT, System::nanoTime);
            return parse(AtomicFile.readSettled(file, MAX_BYTES, StateText.lastLine(kind), deadline));
        } catch (NewerFormatException e) {
            throw new LoadshareException(LoadshareException.Kind.STATE, e.getMessage() + "; nothing was changed", e);
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage());
            return new LinkedHashMap<>();
        }
    }

    private Object[] fields(HostName host, T value) {
        Object[] rest = print.apply(value);
        Object[] all = new Object[rest.length + 1];
        all[0] = host;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
