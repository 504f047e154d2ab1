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
 * The right to scan, which one of many processes on many machines gets.
 *
 * <p>Claims are files {@code scan.N}, of which the highest N counts. It says who scans, since when, until when the claim
 * holds, and once the scan is done, when that was. Whoever finds it expired or done makes {@code scan.N+1} with O_EXCL,
 * which one of any number of competitors can. So a scanner that is killed blocks others until its claim expires, and
 * nobody ever deletes a claim that could still hold: only those two numbers below are removed, so that a late competitor,
 * who looked before others were quicker, still meets what they made. (One that was stopped for two whole scans in the
 * midst of this may scan beside another, which harms nothing.)
 *
 * <p>A done scan serves everybody if all it found is the state of the hosts. If some of it concerns only the one who
 * scanned, it serves that user; others may scan at once, and so may everybody if it reached no host at all.
 *
 * <p>A claim whose text is not there yet, or damaged, counts from the file's own time on.
 */
final class ScanClaimFile implements ScanClaim {

    static final String PREFIX = "scan.";
    static final String KIND = "scan";

    private static final int MAX_BYTES = 4096;
    private static final String SOMEONE = "someone";

    /** Others can hardly be quicker more often than this while we look. */
    private static final int MOST_ATTEMPTS = 100;

    /**
     * What a claim says.
     *
     * @param done when the scan was done, or null
     * @param partial whether it serves only the user who made it
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
     * Ends the claim: the scan is done and what it found is published.
     *
     * @param partial whether it serves only the user who made it
     */
    @Override
    public void done(boolean partial, Instant now) {
        write(new Claim(claim.by(), claim.from(), now, now, partial));
    }

    /** Ends the claim without a scan that serves anybody. */
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
     * @param by who we are
     * @param minInterval a scan younger than this makes another needless
     * @param holds how long the claim holds if we die
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

    /** Who holds the claim; empty if it has ended. */
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

    /** Whose turn it is while or soon after the claimed scan runs; null if the claim is over and its scan long ago. */
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

    /** The number of a claim's file; 0 for a file of another name. */
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

    /** Null if there is no such file any more. */
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
