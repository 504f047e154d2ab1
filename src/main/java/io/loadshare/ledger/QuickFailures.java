package io.loadshare.ledger;

import io.loadshare.host.HostName;
import io.loadshare.ledger.HostLedger.EndedJob;
import io.loadshare.load.HostStatus.Suspension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds black holes: hosts that look idle because every job dies on them. A job that fails within ten seconds speaks
 * against its host only if jobs of its {@link JobOrigin} do well on more other hosts than they fail on: otherwise it is the
 * job that is broken. Two such failures with no success since
 *
 * <ul>
 *   <li>of different owners keep everybody's jobs from the host ({@link #blame}): the caller suspends it. Four owners are
 *       enough if nothing is known of their jobs elsewhere, as where every job goes to the first host;
 *   <li>of one origin keep the jobs of that origin from it ({@link #ownSuspension}), and nobody else's.
 * </ul>
 *
 * <p>A job without an origin, which asked for this host and no other, may speak for it, but not against it. Pure
 * functions of the ledger.
 */
public final class QuickFailures {

    /** A job that fails sooner than this may not have had a chance; one that lasts longer speaks for its host. */
    public static final Duration QUICK = Duration.ofSeconds(10);

    /** How many times as long as it has been failing a host is kept out. */
    public static final int GROWTH = 60;

    /**
     * The longest time; then the ledger still remembers the failures before, so that one more is seen together with
     * them.
     */
    public static final Duration LONGEST = HostLedger.REMEMBERED.minusMinutes(10);

    private static final int ENOUGH = 2;

    /** How many owners are enough if nothing is known of their jobs on other hosts. */
    private static final int OWNERS_WITHOUT_COMPARISON = 4;

    /** What happened elsewhere longer ago says nothing about today's jobs. */
    private static final Duration LATELY = Duration.ofMinutes(10);

    /** What a job that fails may last longer on one host than on another. */
    private static final Duration MARGIN = Duration.ofMillis(100);

    private static final int NAMED = 3;

    /** SIGHUP, SIGINT and SIGTERM: someone wanted the job to end. */
    private static final List<Integer> ENDED_ON_DEMAND = List.of(129, 130, 143);

    private QuickFailures() {}

    /** What a job's end says about its host. */
    public enum Verdict {
        PASSED,
        FAILED,
        NOTHING
    }

    /** What a job's end says about its host. */
    public static Verdict verdict(LedgerRecord.Ended end) {
        boolean quick = end.ran().compareTo(QUICK) < 0;
        if (ENDED_ON_DEMAND.contains(end.status()) || end.status() < 0) {
            return Verdict.NOTHING;
        }
        return end.status() != 0 && quick ? Verdict.FAILED : Verdict.PASSED;
    }

    /**
     * Why a host should get nobody's jobs for a while, now that one has failed there.
     *
     * @param last the origin of that job
     * @return empty if the failures may be those of one owner, or of jobs that are broken
     */
    public static Optional<String> blame(LedgerView view, HostName host, JobOrigin last, Instant now) {
        List<EndedJob> row = failuresSincePass(view.of(host), any -> true);
        return blame(row, ended -> doesWell(elsewhere(view, ended, now)), ENOUGH, " and do well elsewhere", last)
                .or(() -> view.inventory().size() == 1
                        ? Optional.empty()
                        : blame(
                                row,
                                ended -> elsewhere(view, ended, now).isEmpty(),
                                OWNERS_WITHOUT_COMPARISON,
                                " and have run nowhere else lately",
                                last));
    }

    private static Optional<String> blame(
            List<EndedJob> row, Predicate<EndedJob> counts, int enough, String elsewhere, JobOrigin last) {
        List<EndedJob> evidence = row.stream().filter(counts).toList();
        TreeSet<String> owners = evidence.stream()
                .map(ended -> ended.job().origin().orElseThrow().owner())
                .collect(Collectors.toCollection(TreeSet::new));
        return owners.size() < enough || !owners.contains(last.owner())
                ? Optional.empty()
                : Optional.of(words(evidence, names(owners), elsewhere));
    }

    /** Whether, why and until when the jobs of one origin are kept from a host; empty if nothing speaks against it. */
    public static Optional<Suspension> ownSuspension(LedgerView view, HostName host, JobOrigin origin, Instant now) {
        HostLedger ledger = view.of(host);
        if (ledger.recentEnds().isEmpty()) {
            return Optional.empty();
        }
        List<EndedJob> row = failuresSincePass(ledger, origin::equals);
        if (row.size() < ENOUGH || !doesWell(elsewhere(view, row.get(0), now))) {
            return Optional.empty();
        }
        Instant since = row.get(row.size() - ENOUGH).end().at();
        Instant last = row.get(0).end().at();
        Suspension first = new Suspension("", since, since.plus(Suspension.SHORTEST));
        return Optional.of(Suspension.after(
                Optional.of(first), words(row, origin.toString(), " and do well elsewhere"), GROWTH, LONGEST, last));
    }

    private static String names(TreeSet<String> owners) {
        String first = owners.stream().limit(NAMED).collect(Collectors.joining(", "));
        return owners.size() > NAMED ? first + " and " + (owners.size() - NAMED) + " more" : first;
    }

    private static String words(List<EndedJob> failures, String whose, String elsewhere) {
        return failures.size() + " jobs of " + whose + " in a row failed here within " + QUICK.toSeconds()
                + " s" + elsewhere + ", the last with status "
                + failures.get(0).end().status();
    }

    /** The failures of some origins since the last of their jobs that passed, newest first. */
    private static List<EndedJob> failuresSincePass(HostLedger host, Predicate<JobOrigin> origins) {
        List<EndedJob> row = new ArrayList<>();
        for (Iterator<EndedJob> ends = newest(host); ends.hasNext(); ) {
            EndedJob ended = ends.next();
            Verdict verdict = verdict(ended.end());
            boolean theirs = ended.job().origin().filter(origins).isPresent();
            if (verdict == Verdict.PASSED && (theirs || ended.job().origin().isEmpty())) {
                break;
            }
            if (verdict == Verdict.FAILED && theirs) {
                row.add(ended);
            }
        }
        return row;
    }

    private static Iterator<EndedJob> newest(HostLedger host) {
        List<EndedJob> ends = host.recentEnds();
        int size = ends.size();
        return IntStream.range(0, size).mapToObj(i -> ends.get(size - 1 - i)).iterator();
    }

    /** The verdicts of other hosts about the jobs of the same origin as one that failed. */
    private static List<Verdict> elsewhere(LedgerView view, EndedJob failed, Instant now) {
        return IntStream.range(0, view.inventory().size())
                .filter(position -> !view.inventory()
                        .at(position)
                        .name()
                        .equals(failed.job().host()))
                .mapToObj(position -> lastVerdict(view.at(position), failed, now))
                .filter(verdict -> verdict != Verdict.NOTHING)
                .toList();
    }

    /** Whether jobs do well on more hosts than they fail on. */
    private static boolean doesWell(List<Verdict> hosts) {
        return Collections.frequency(hosts, Verdict.PASSED) > Collections.frequency(hosts, Verdict.FAILED);
    }

    /**
     * How the last job of the same origin ended on another host, or otherwise whether one runs there that has already
     * lasted clearly longer than the one that failed.
     */
    private static Verdict lastVerdict(HostLedger host, EndedJob failed, Instant now) {
        JobOrigin origin = failed.job().origin().orElseThrow();
        Duration longer = failed.end().ran().multipliedBy(2).plus(MARGIN);
        for (Iterator<EndedJob> ends = newest(host); ends.hasNext(); ) {
            EndedJob ended = ends.next();
            if (!ended.end().at().plus(LATELY).isAfter(now)) {
                break;
            }
            Verdict verdict = verdict(ended.end());
            if (verdict != Verdict.NOTHING
                    && ended.job().origin().filter(origin::equals).isPresent()) {
                return verdict;
            }
        }
        boolean lasts = host.claims().stream()
                .anyMatch(claim -> claim instanceof TrackedJob job
                        && job.origin().filter(origin::equals).isPresent()
                        && !job.startedAt().plus(longer).isAfter(now));
        return lasts ? Verdict.PASSED : Verdict.NOTHING;
    }
}
