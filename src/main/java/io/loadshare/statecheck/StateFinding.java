package io.loadshare.statecheck;

import io.loadshare.host.Host;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a {@link StateCheck} for one guarantee of the state directory.
 *
 * @param host the host that shares the directory with this process
 * @param words the observation
 */
public record StateFinding(Host host, Guarantee guarantee, Verdict verdict, String words) {

    /** The verdict. */
    public enum Verdict {
        HOLDS,
        BROKEN,
        UNTESTED
    }

    /** A guarantee, and what depends on it. */
    public enum Guarantee {
        /** Changes made here become visible there. */
        SHARED("shared", "reservations, license limits and scans are shared"),
        /** Of two processes that create the same file, one succeeds. */
        EXCLUSIVE("exclusive creation", "one host scans at a time"),
        /** A lock held here cannot be taken there. */
        LOCKS("locks", "simultaneous launches get different slots and stay within license limits"),
        /** A reader of a file that is replaced there finds the old text or the new one. */
        WHOLE("whole files", "no report is lost while it is replaced"),
        /** Data appended here becomes visible there soon. */
        VISIBLE("visibility", "decisions use what others measured"),
        /** The clocks agree. */
        CLOCKS("clocks", "the age of a report is right");

        private final String words;
        private final String consequence;

        Guarantee(String words, String consequence) {
            this.words = words;
            this.consequence = consequence;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** Returns whether a test failed, or the host was not reached, so that nothing is known of it. */
    public boolean isBad() {
        return verdict == Verdict.BROKEN || verdict == Verdict.UNTESTED && guarantee == Guarantee.SHARED;
    }

    /** Returns which guarantees hold and which do not, one line each. */
    public static List<String> consequences(List<StateFinding> findings) {
        List<String> lines = new ArrayList<>();
        for (Guarantee guarantee : Guarantee.values()) {
            List<String> broken = hosts(findings, guarantee, Verdict.BROKEN);
            List<String> untested = hosts(findings, guarantee, Verdict.UNTESTED);
            if (!broken.isEmpty()) {
                lines.add("not guaranteed with " + String.join(", ", broken) + ": " + guarantee.consequence);
            }
            if (!untested.isEmpty()) {
                lines.add("not known for " + String.join(", ", untested) + ": " + guarantee.consequence);
            }
            if (broken.isEmpty()
                    && untested.isEmpty()
                    && !hosts(findings, guarantee, Verdict.HOLDS).isEmpty()) {
                lines.add("guaranteed: " + guarantee.consequence);
            }
        }
        return lines;
    }

    private static List<String> hosts(List<StateFinding> findings, Guarantee guarantee, Verdict verdict) {
        return findings.stream()
                .filter(finding -> finding.guarantee() == guarantee && finding.verdict() == verdict)
                .map(finding -> finding.host().name().value())
                .toList();
    }
}
