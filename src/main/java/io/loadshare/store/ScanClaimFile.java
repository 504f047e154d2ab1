package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.load.HostStatus;
import io.loadshare.load.Observer;
import io.loadshare.scan.ScanClaim;
import io.loadshare.scan.ScanTurn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The claim to scan, which one of many processes on many machines gets.
 *
 * <p>Claims are files {@code scan.N}; the highest N counts. A claim contains who scans, since when, until when it is
 * valid, and when the scan was done. A process that finds it expired or done creates {@code scan.N+1} with O_EXCL,
 * which only one of any number of competitors can do. A killed scanner blocks others only until its claim expires. A
 * claim that could still be valid is never deleted: only files two numbers lower are removed, so a late competitor, who
 * read the directory before others were faster, still finds their file. (A process that was stopped for two whole scans
 * in between may scan at the same time as another one, which is harmless.)
 *
 * <p>A completed scan is valid for everybody if all its findings are the state of the hosts. If some concern only the
 * scanner, it is valid for that user only, and others may scan at once. If it reached no host, everybody may scan at
 * once.
 *
 * <p>A claim with a missing or damaged text counts from the file's modification time.
 */
final class ScanClaimFile implements ScanClaim {

    static final String PREFIX = "scan.";
    static final String KIND = "scan";

    private static final int MAX_BYTES = 4096;
    private static final String SOMEONE = "someone";

    /** How often others can be faster while this process reads the directory. */
    private static final int MOST_ATTEMPTS = 100;

    /**
     * The content of a claim.
     *
     * @param done when the scan was done, or null
     * @param partial whether the scan is valid only for the user who made it
     */
    private record Claim(Observer by, Instant from, Instant until, Instant done, boolean partial) {}

    private final Path file;
    private final AtomicFile.Access access;
    private final Claim claim;

    private ScanClaimFile(Path file, AtomicFile.Access access, Claim claim) {
        this.file = file;
        this.access = access;
        this.claim = claim;
    }

    /**
     * Ends the claim after the scan was published.
     *
     * @param partial whether the scan is valid only for the user who made it
     */
    @Override
    public void done(boolean partial, Instant now) {
        write(new Claim(claim.by(), claim.from(), now, now, partial));
    }

    /** Ends the claim without a valid scan. */
    @Override
    public void giveBack(Instant now) {
        write(new Claim(claim.by(), claim.from(), now, null, false));
    }

    private void write(Claim changed) {
        AtomicFile.write(file, print(changed), access);
    }

    /**
     * Claims the next scan.
     *
     * @param by the observer who scans
     * @param minInterval a scan younger than this makes another one unnecessary
     * @param holds how long the claim is valid if this process dies
     */
    static ScanTurn claim(
            Path directory, AtomicFile.Access access, Observer by, Duration minInterval, Duration holds, Instant now) {
        try {
            long number = highest(directory);
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                Claim last = number == 0 ? null : read(file(directory, number), holds, now);
                if (last == null && number > 0) {
                    number = highest(directory);
                    continue;
                }
                ScanTurn turn = last == null ? null : turnAfter(last, by, minInterval, now);
                if (turn != null) {
                    return turn;
                }
                Claim ours = new Claim(by, now, now.plus(holds), null, false);
                number++;
                if (AtomicFile.create(file(directory, number), print(ours), access)) {
                    removeOld(directory, number);
                    return new ScanTurn.Ours(new ScanClaimFile(file(directory, number), access, ours));
                }
            }
        } catch (IOException e) {
            throw AtomicFile.failure("claim the scan in", directory, e);
        }
        throw new LoadshareException(
                LoadshareException.Kind.STATE,
                "cannot claim the scan in " + directory + ": " + MOST_ATTEMPTS + " others were quicker; is another"
                        + " program writing scan.N files there?");
    }

    /** Returns who holds the claim; empty if it has ended. */
    static Optional<ScanTurn.Theirs> holder(Path directory, Duration holds, Instant now) {
        try {
            long number = highest(directory);
            Claim last = number == 0 ? null : read(file(directory, number), holds, now);
            return last != null && last.done() == null && holds(last, now)
                    ? Optional.of(new ScanTurn.Theirs(last.by(), last.until()))
                    : Optional.empty();
        } catch (IOException e) {
            throw AtomicFile.failure("look who scans in", directory, e);
        }
    }

    /**
     * Returns whose turn it is during or soon after the claimed scan; null if the claim has ended and its scan is too
     * old.
     */
    private static ScanTurn turnAfter(Claim last, Observer by, Duration minInterval, Instant now) {
        if (last.done() != null) {
            if (last.partial() && !last.by().user().equals(by.user())) {
                return null;
            }
            Duration age = Duration.between(last.done(), now);
            boolean young = age.compareTo(minInterval) < 0
                    && age.compareTo(HostStatus.CLOCK_TOLERANCE.negated()) >= 0
                    && !minInterval.isZero();
            return young ? new ScanTurn.Recent(age.isNegative() ? Duration.ZERO : age, last.by()) : null;
        }
        return holds(last, now) ? new ScanTurn.Theirs(last.by(), last.until()) : null;
    }

    private static boolean holds(Claim claim, Instant now) {
        return claim.until().isAfter(now) && !claim.from().isAfter(now.plus(HostStatus.CLOCK_TOLERANCE));
    }

    private static Path file(Path directory, long number) {
        return directory.resolve(PREFIX + number);
    }

    private static long highest(Path directory) throws IOException {
        long highest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : files) {
                highest = Math.max(highest, number(file));
            }
        }
        return highest;
    }

    /** Returns the number of a claim's file; 0 for a file with another name. */
    private static long number(Path file) {
        String digits = file.getFileName().toString().substring(PREFIX.length());
        return digits.length() <= 18 && StateText.isNumber(digits) ? Long.parseLong(digits) : 0;
    }

    private static void removeOld(Path directory, long number) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : files) {
                long old = number(file);
                if (old > 0 && old <= number - 2) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static byte[] print(Claim claim) {
        StringBuilder out = StateText.begin(KIND);
        StateText.line(out, "by", claim.by());
        StateText.line(out, "from", StateText.print(claim.from()));
        StateText.line(out, "until", StateText.print(claim.until()));
        if (claim.done() != null) {
            StateText.line(out, "done", StateText.print(claim.done()));
            StateText.line(out, "partial", claim.partial());
        }
        return StateText.end(out, KIND).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns null if the file no longer exists. */
    private static Claim read(Path file, Duration holds, Instant now) throws IOException {
        Instant made;
        try {
            made = Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException e) {
            return null;
        }
        try {
            byte[] content = AtomicFile.read(file, MAX_BYTES).orElse(new byte[0]);
            Map<String, String> values = new HashMap<>();
            String text = new String(content, StandardCharsets.UTF_8);
            StateText.read(text, KIND, file.toString(), (key, fields) -> values.put(key, fields[0]), warning -> {});
            return new Claim(
                    Observer.parse(values.getOrDefault("by", SOMEONE)),
                    StateText.time(values.getOrDefault("from", "")),
                    StateText.time(values.getOrDefault("until", "")),
                    values.containsKey("done") ? StateText.time(values.get("done")) : null,
                    Boolean.parseBoolean(values.get("partial")));
        } catch (LoadshareException | IllegalArgumentException e) {
            return new Claim(Observer.parse(SOMEONE), made, made.plus(holds), null, false);
        }
    }
}
