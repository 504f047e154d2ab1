package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.LoadshareException.Kind;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import io.loadshare.load.Observer;
import io.loadshare.load.ReportText;
import io.loadshare.probe.HostResult;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The findings of the last scans in one text: for each host its newest report (as {@link ReportText}), and if the last
 * attempt failed a line {@code failure=HOST SINCE AT refused|configuration|unreachable REASON OBSERVER}. Not thread-safe.
 */
final class Snapshot {

    static final String KIND = "snapshot";

    private static final String REPORT = "loadshare-report=";
    private static final String UNREACHABLE = "unreachable";
    private static final Map<Kind, String> WORDS = Map.of(Kind.REFUSED, "refused", Kind.CONFIGURATION, "configuration");
    private static final String END_OF_REPORT = "end=loadshare-report\n";

    /**
     * The entry of one host.
     *
     * @param report its newest report, or null
     * @param failure why the later attempts failed, or null
     */
    record Entry(LoadReport report, HostStatus.ScanFailure failure) {

        static final Entry NOTHING = new Entry(null, null);

        HostStatus status() {
            return new HostStatus(
                    Optional.ofNullable(report), Optional.ofNullable(failure), Optional.empty(), Optional.empty());
        }

        /**
         * Returns the entry after a result, which may be older than the entry, because scanners can finish out of
         * order. A time after {@code now} comes from a wrong clock and does not count as newer.
         */
        Entry with(HostResult result, Observer by, Instant now) {
            return result.report().isPresent()
                    ? withReport(result.report().get(), now)
                    : withFailure(result.failure().orElseThrow(), by, result.at(), now);
        }

        Entry withReport(LoadReport newReport, Instant now) {
            Instant at = newReport.measuredAt();
            if (report != null && isNewer(report.measuredAt(), at, now)) {
                return this;
            }
            return failure != null && isNewer(failure.at(), at, now)
                    ? new Entry(newReport, failure)
                    : new Entry(newReport, null);
        }

        private Entry withFailure(LoadshareException newFailure, Observer by, Instant at, Instant now) {
            if (report != null && isNewer(report.measuredAt(), at, now)
                    || failure != null && isNewer(failure.at(), at, now)) {
                return this;
            }
            Instant since = failure == null ? at : failure.since();
            return new Entry(
                    report,
                    new HostStatus.ScanFailure(
                            newFailure.getMessage(), since, at, newFailure.kind(), Optional.of(by), false));
        }

        private static boolean isNewer(Instant known, Instant at, Instant now) {
            return known.isAfter(at) && !known.isAfter(now.plus(HostStatus.CLOCK_TOLERANCE));
        }
    }

    private final Map<HostName, Entry> entries = new LinkedHashMap<>();
    private boolean whole;

    /**
     * An empty snapshot.
     *
     * @param whole whether it is empty because nothing is known, rather than unreadable
     */
    Snapshot(boolean whole) {
        this.whole = whole;
    }

    /** Returns whether nothing was skipped during reading. */
    boolean isWhole() {
        return whole;
    }

    Map<HostName, Entry> entries() {
        return entries;
    }

    /** Records a result and returns whether the host's report changed. */
    boolean put(HostResult result, Observer by, Instant now) {
        Entry old = entries.getOrDefault(result.host(), Entry.NOTHING);
        Entry changed = old.with(result, by, now);
        entries.put(result.host(), changed);
        return changed.report() != old.report();
    }

    void put(LoadReport report, Instant now) {
        entries.merge(report.host(), Entry.NOTHING.withReport(report, now), (old, e) -> old.withReport(report, now));
    }

    void remove(HostName host) {
        entries.remove(host);
    }

    String print() {
        StringBuilder out = StateText.begin(KIND);
        entries.forEach((host, entry) -> {
            if (entry.report() != null) {
                ReportText.print(entry.report(), out);
            }
            if (entry.failure() != null) {
                StateText.line(
                        out,
                        "failure",
                        host,
                        StateText.print(entry.failure().since()),
                        StateText.print(entry.failure().at()),
                        WORDS.getOrDefault(entry.failure().kind(), UNREACHABLE),
                        entry.failure().reason(),
                        entry.failure().by().map(Observer::toString).orElse(""));
            }
        });
        return StateText.end(out, KIND);
    }

    /**
     * Parses a snapshot; damaged parts are skipped.
     *
     * @param warnings receives each skipped part
     * @throws LoadshareException of kind DATA if it is not a snapshot, or one of a newer loadshare
     */
    static Snapshot parse(String text, String source, Consumer<String> warnings) {
        Snapshot snapshot = new Snapshot(true);
        Consumer<String> damages = damage -> {
            snapshot.whole = false;
            warnings.accept(damage);
        };
        int position = StateText.checkHeader(text, KIND, source);
        boolean ended = false;
        while (position < text.length()) {
            if (text.startsWith(REPORT, position)) {
                int end = endOfReport(text, position);
                snapshot.readReport(text, position, end, source, damages);
                position = end;
            } else {
                int end = text.indexOf('\n', position);
                String line = text.substring(position, end < 0 ? text.length() : end);
                StateText.readLine(line, source, snapshot::readLine, damages);
                ended = line.equals(StateText.lastLine(KIND));
                position += line.length() + 1;
            }
        }
        if (!ended) {
            damages.accept(source + " is cut off; hosts behind the cut are unknown");
        }
        return snapshot;
    }

    /** Returns the end of the report at a position: after its last line, or at the start of the next one. */
    private static int endOfReport(String text, int position) {
        int next = text.indexOf("\n" + REPORT, position);
        int limit = next < 0 ? text.length() : next + 1;
        int end = text.indexOf("\n" + END_OF_REPORT, position);
        return end >= 0 && end < limit ? end + 1 + END_OF_REPORT.length() : limit;
    }

    private void readReport(String text, int from, int to, String source, Consumer<String> warnings) {
        try {
            LoadReport report = ReportText.parse(text, from, to, source);
            Entry old = entries.getOrDefault(report.host(), Entry.NOTHING);
            entries.put(report.host(), new Entry(report, old.failure()));
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; this report was skipped");
        }
    }

    private static Kind kind(String word) {
        return WORDS.keySet().stream()
                .filter(kind -> WORDS.get(kind).equals(word))
                .findFirst()
                .orElse(Kind.UNAVAILABLE);
    }

    private void readLine(String key, String[] fields) {
        if (key.equals("failure")) {
            HostName host = new HostName(fields[0]);
            HostStatus.ScanFailure failure = new HostStatus.ScanFailure(
                    fields[4],
                    StateText.time(fields[1]),
                    StateText.time(fields[2]),
                    kind(fields[3]),
                    fields.length > 5 ? Optional.of(Observer.parse(fields[5])) : Optional.empty(),
                    false);
            Entry old = entries.getOrDefault(host, Entry.NOTHING);
            entries.put(host, new Entry(old.report(), failure));
        }
    }
}
