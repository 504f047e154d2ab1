package io.loadshare.statecheck;

import io.loadshare.host.Host;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link StateCheck} found of one promise of the state directory.
 *
 * @param host the host that shares the directory with this process
 * @param words what was seen
 */
public record StateFinding(Host host, Promise promise, Verdict verdict, String words) {

    /** What a try showed. */
    public enum Verdict {
        HOLDS,
        BROKEN,
        UNTESTED
    }

    /** What is tried, and what depends on it. */
    public enum Promise {
        /** What is written here is seen there. */
        SHARED("shared", "reservations, license limits and scans are shared"),
        /** Of two that make the same file one succeeds. */
        EXCLUSIVE("exclusive creation", "one host scans at a time"),
        /** A lock held here is not to be had there. */
        LOCKS("locks", "launches at the same moment get different places and exceed no license limit"),
        /** Who reads a file that is replaced there finds the old text or the new one. */
        WHOLE("whole files", "no report is lost while it is replaced"),
        /** What was added here is seen there soon. */
        VISIBLE("visibility", "decisions know what others found"),
        /** The clocks agree. */
        CLOCKS("clocks", "reports are taken for as old as they are");

        private final String words;
        private final String consequence;

        Promise(String words, String consequence) {
            this.words = words;
            this.consequence = consequence;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** What is promised and what is not after these findings, in a line each. */
    public static List<String> consequences(List<StateFinding> findings) {
        List<String> lines = new ArrayList<>();
        for (Promise promise : Promise.values()) {
            List<String> broken = hosts(findings, promise, Verdict.BROKEN);
            List<String> untested = hosts(findings, promise, Verdict.UNTESTED);
            if (!broken.isEmpty()) {
                lines.add("not promised with " + String.join(", ", broken) + ": " + promise.consequence);
            }
            if (!untested.isEmpty()) {
                lines.add("not known for " + String.join(", ", untested) + ": " + promise.consequence);
            }
            if (broken.isEmpty()
                    && untested.isEmpty()
                    && !hosts(findings, promise, Verdict.HOLDS).isEmpty()) {
                lines.add("promised: " + promise.consequence);
            }
        }
        return lines;
    }

    private static List<String> hosts(List<StateFinding> findings, Promise promise, Verdict verdict) {
        return findings.stream()
                .filter(finding -> finding.promise() == promise && finding.verdict() == verdict)
                .map(finding -> finding.host().name().value())
                .toList();
    }
}
