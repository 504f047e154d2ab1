package io.loadshare.placement;

import io.loadshare.host.Host;
import io.loadshare.ledger.LedgerView;
import io.loadshare.license.LicenseUsage;
import io.loadshare.license.RequiredLicense;
import io.loadshare.license.SeatRule;
import io.loadshare.load.LoadBoard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses the host for a request. Each candidate passes the checkers or is refused with a reason; the others are
 * scored, and the lowest score wins. Ties go to the host with the fewest completed jobs, then to a shuffle by the
 * request's seed (model {@code loadshare}: to the first host in list order).
 *
 * <p>The result depends only on the arguments: no I/O, clock, thread, lock or log. Any thread may call. Keep one placer
 * for all decisions: its {@link Candidates} cache what was computed for hosts that have not changed.
 */
public final class Placer {

    private final PlacementSettings settings;
    private final Candidates candidates = new Candidates();

    public Placer(PlacementSettings settings) {
        this.settings = settings;
    }

    /** Places a request on the hosts of {@code board}; {@code view} must have the same inventory. */
    public PlacementResult place(PlacementRequest request, LoadBoard board, LedgerView view, Instant now) {
        Decision decision = new Decision(request, board, view, now);
        Ranked best = null;
        Ranked second = null;
        Set<PendingReason> reasons = EnumSet.noneOf(PendingReason.class);
        for (int position : request.candidates()) {
            Candidate candidate = decision.candidate(position);
            if (second != null && decision.isWorse(candidate, second)) {
                continue; // most hosts, so this comes before the checkers
            }
            Checker refusing = decision.refusing(candidate);
            if (refusing != null) {
                reasons.add(refusing.check(candidate));
                continue;
            }
            Ranked ranked = decision.rank(candidate, position);
            if (best == null || decision.order.compare(ranked, best) < 0) {
                second = best;
                best = ranked;
            } else if (second == null || decision.order.compare(ranked, second) < 0) {
                second = ranked;
            }
        }
        if (best == null) {
            boolean never = reasons.stream().allMatch(PendingReason::isPermanent);
            return never
                    ? new PlacementResult.Never(reasons, decision::explain)
                    : new PlacementResult.NotNow(reasons, decision::explain);
        }
        Ranked chosen = best;
        Optional<PlacementResult.RunnerUp> runnerUp = Optional.ofNullable(second)
                .filter(ranked -> byPool(ranked, chosen) == 0)
                .map(ranked -> new PlacementResult.RunnerUp(ranked.candidate.host(), ranked.score));
        double slotWeight = decision.scorer.slotWeight(best.candidate);
        return new PlacementResult.Placed(
                best.candidate.host(),
                best.score,
                slotWeight,
                decision.spareSlots(best.candidate),
                runnerUp,
                decision::explain);
    }

    /**
     * Scores each host, for callers that consider more than the score.
     *
     * @return the score of each of the request's candidates, in their order, lower is better; NaN if the host is
     *     refused
     */
    public double[] scores(PlacementRequest request, LoadBoard board, LedgerView view, Instant now) {
        Decision decision = new Decision(request, board, view, now);
        int[] positions = request.candidates();
        double[] scores = new double[positions.length];
        for (int i = 0; i < positions.length; i++) {
            Candidate candidate = decision.candidate(positions[i]);
            scores[i] = decision.refusing(candidate) == null ? decision.scorer.score(candidate) : Double.NaN;
        }
        return scores;
    }

    /**
     * Decides after the last look before a job starts: the placement stays unless its host is now worse than the
     * runner-up by more than one slot, or has become unsuitable.
     *
     * @param first the first decision
     * @param board with the fresh report of the host
     * @param view without the reservation that {@code first} led to
     * @return the same host, the runner-up, or why neither is suitable
     */
    public PlacementResult lookAgain(
            PlacementRequest request, PlacementResult.Placed first, LoadBoard board, LedgerView view, Instant now) {
        int here = board.inventory().position(first.host().name());
        PlacementResult stay = place(request.withCandidates(new int[] {here}), board, view, now);
        if (first.runnerUp().isEmpty()) {
            return stay;
        }
        int there = board.inventory().position(first.runnerUp().get().host().name());
        PlacementResult better = place(request.withCandidates(new int[] {here, there}), board, view, now);
        if (stay instanceof PlacementResult.Placed staying
                && better instanceof PlacementResult.Placed moving
                && moving.score() + staying.slotWeight() >= staying.score()) {
            return staying;
        }
        return better;
    }

    /**
     * A suitable host with everything that decides between two of them.
     *
     * @param pool the rank of its pool
     */
    private record Ranked(Candidate candidate, int position, int pool, int preferred, double score, long shuffled) {

        boolean isCluster() {
            return candidate.host().isCluster();
        }
    }

    /** The inputs of one decision and the rules that follow from them. */
    private final class Decision {

        private final PlacementRequest request;
        private final LoadBoard board;
        private final LedgerView view;
        private final Instant now;
        private final List<SeatRule> seats;
        private final List<Checker> checkers;
        private final List<Checker> clusterCheckers;
        private final boolean grouped;
        private final Scorer scorer;
        private final Candidate[] known;
        private final Comparator<Ranked> order;

        Decision(PlacementRequest request, LoadBoard board, LedgerView view, Instant now) {
            this.request = request;
            this.board = board;
            this.view = view;
            this.now = now;
            this.seats = new ArrayList<>(request.licenses().size());
            for (RequiredLicense license : request.licenses()) {
                LicenseUsage usage = LicenseUsage.of(license.feature(), board, view);
                seats.add(new SeatRule(license, request.user(), usage));
            }
            this.checkers = checkers();
            this.scorer = Scorer.of(settings, request.load(), now);
            this.known = candidates.of(board.inventory());
            this.clusterCheckers = clusterCheckers();
            this.grouped =
                    !clusterCheckers.isEmpty() || !request.cluster().order().isFlat();
            Comparator<Ranked> byRank =
                    settings.model() == PlacementModel.LOADSHARE ? Placer::byScore : Placer::byScoreThenShuffle;
            Comparator<Ranked> byPool = Placer::byPool;
            this.order = grouped ? byPool.thenComparing(byRank) : byRank;
        }

        /** The checkers in their order: first those that need no report, last the expensive license rule. */
        private List<Checker> checkers() {
            List<Checker> list = new ArrayList<>();
            if (!request.tags().isEmpty()) {
                list.add(new TagChecker(request.tags()));
            }
            SlotLimit limit = SlotLimit.of(settings);
            list.add(new SizeChecker(request, limit, settings.maxAge(), now));
            list.add(new StatusChecker(settings.maxAge(), now));
            request.origin().ifPresent(origin -> list.add(new OwnSuspensionChecker(origin, view, now)));
            NeedsChecker needs = new NeedsChecker(request, settings);
            if (needs.asks()) {
                list.add(needs);
            }
            list.add(new RunsChecker(settings.maxRuns()));
            if (request.slots() > 0 && settings.slotsPerCore().isPresent()) {
                list.add(new SlotsChecker(request.slots(), limit));
            }
            seats.forEach(rule -> list.add(new LicenseChecker(rule)));
            return list;
        }

        /** The checkers of clusters, which have their own rules for cores, memory, and tags; empty without a cluster. */
        private List<Checker> clusterCheckers() {
            if (!board.inventory().hasClusters()) {
                return List.of();
            }
            int[] machines = board.inventory().machinesOf(request.candidates());
            if (machines.length == request.candidates().length) {
                return List.of();
            }
            boolean alone = Arrays.stream(machines).mapToObj(this::candidate).allMatch(this::isNeverSuitable);
            return List.of(new StatusChecker(settings.maxAge(), now), new ClusterChecker(request, alone));
        }

        private boolean isNeverSuitable(Candidate machine) {
            Checker refusing = refusing(machine);
            return refusing != null && refusing.check(machine).isPermanent();
        }

        Candidate candidate(int position) {
            return Candidates.at(position, known, board, view);
        }

        /** Returns how many slots remain free for others on the host once it holds the request. */
        int spareSlots(Candidate candidate) {
            return request.slots() == 0 || candidate.host().isCluster()
                    ? Integer.MAX_VALUE
                    : SlotLimit.of(settings).free(candidate) - request.slots();
        }

        /** Returns the first checker that refuses the host, or null. */
        Checker refusing(Candidate candidate) {
            List<Checker> all = candidate.host().isCluster() ? clusterCheckers : checkers;
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).check(candidate) != null) {
                    return all.get(i);
                }
            }
            return null;
        }

        /** Returns whether its score alone ranks the host after another. */
        boolean isWorse(Candidate candidate, Ranked other) {
            return scorer.score(candidate) > other.score && seats.isEmpty() && !grouped;
        }

        Ranked rank(Candidate candidate, int position) {
            return new Ranked(
                    candidate,
                    position,
                    grouped ? request.cluster().order().rank(candidate.host().name()) : 0,
                    preferredSeats(candidate),
                    scorer.score(candidate),
                    mix(request.seed(), position));
        }

        /** Returns how many held seats prefer the host: none unless a core is idle there. */
        private int preferredSeats(Candidate candidate) {
            if (seats.isEmpty()
                    || candidate.host().isCluster()
                    || candidate.external() + candidate.ownLoad() + request.load()
                            > candidate.report().cores()) {
                return 0;
            }
            int count = 0;
            for (SeatRule rule : seats) {
                count += rule.prefersHeldSeats() && rule.holds(candidate.host().name()) ? 1 : 0;
            }
            return count;
        }

        Explanation explain() {
            List<Ranked> ranked = new ArrayList<>();
            List<Explanation.Line> refused = new ArrayList<>();
            for (int position : request.candidates()) {
                Candidate candidate = candidate(position);
                Checker refusing = refusing(candidate);
                if (refusing == null) {
                    ranked.add(rank(candidate, position));
                } else {
                    refused.add(line(candidate, refusing));
                }
            }
            ranked.sort(order);
            List<Explanation.Line> lines = new ArrayList<>();
            for (Ranked r : ranked) {
                lines.add(line(r));
            }
            lines.addAll(refused);
            Optional<Host> chosen = ranked.stream().findFirst().map(r -> r.candidate.host());
            return new Explanation(
                    request.wants(),
                    settings.model(),
                    request.seed(),
                    chosen.map(Host::name),
                    lines,
                    seats.isEmpty()
                            ? Optional.empty()
                            : Optional.of(seats.stream().map(SeatRule::describe).collect(Collectors.joining("; "))));
        }

        private Explanation.Line line(Ranked ranked) {
            return new Explanation.Line(
                    ranked.candidate.host().name(),
                    OptionalDouble.of(ranked.score),
                    scorer.terms(ranked.candidate),
                    ranked.preferred > 0,
                    ranked.candidate.report().threads().complete()
                            ? Optional.empty()
                            : Optional.of(ranked.isCluster() ? "jobs" : "processes"),
                    Optional.empty(),
                    ranked.candidate.status().age(now));
        }

        private Explanation.Line line(Candidate candidate, Checker refusing) {
            return new Explanation.Line(
                    candidate.host().name(),
                    OptionalDouble.empty(),
                    Map.of(),
                    false,
                    Optional.empty(),
                    Optional.of(new Explanation.Refusal(refusing.check(candidate), refusing.describe(candidate))),
                    candidate.status().age(now));
        }
    }

    /** Machines come before clusters, then the pools have the order of the request. */
    private static int byPool(Ranked a, Ranked b) {
        int byKind = Boolean.compare(a.isCluster(), b.isCluster());
        return byKind != 0 ? byKind : Integer.compare(a.pool, b.pool);
    }

    private static int byScore(Ranked a, Ranked b) {
        int byPreference = Integer.compare(b.preferred, a.preferred);
        return byPreference != 0 ? byPreference : Double.compare(a.score, b.score);
    }

    private static int byScoreThenShuffle(Ranked a, Ranked b) {
        int byScore = byScore(a, b);
        if (byScore != 0) {
            return byScore;
        }
        int byCompleted = Integer.compare(
                a.candidate.ledger().completed(), b.candidate.ledger().completed());
        return byCompleted != 0 ? byCompleted : Long.compare(a.shuffled, b.shuffled);
    }

    /** SplitMix64's finalizer: spreads (seed, position) evenly, so that sorting by it is a shuffle. */
    private static long mix(long seed, int position) {
        long z = seed + (position + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
