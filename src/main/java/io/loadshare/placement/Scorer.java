package io.loadshare.placement;

import io.loadshare.ledger.Penalties;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How good a host is: the smaller the score, the better. Pure. */
interface Scorer {

    double score(Candidate candidate);

    /** How much one slot taken on the host adds to its score. */
    double slotWeight(Candidate candidate);

    /** What the score is made of, in the order of the formula. */
    Map<String, Double> terms(Candidate candidate);

    static Scorer of(PlacementSettings settings, int slots, Instant now) {
        return switch (settings.model()) {
            case TRACKED -> new TrackedScorer(slots);
            case SCICLUST -> new SciclustScorer(settings, now);
            case LOADSHARE -> new LoadShareScorer();
        };
    }

    /** (E + O + slots asked) / (cores × speed). */
    record TrackedScorer(int slots) implements Scorer {

        @Override
        public double score(Candidate candidate) {
            return (candidate.external() + candidate.ownSlots() + slots) / candidate.capacity();
        }

        @Override
        public double slotWeight(Candidate candidate) {
            return 1 / candidate.capacity();
        }

        @Override
        public Map<String, Double> terms(Candidate candidate) {
            Map<String, Double> terms = new LinkedHashMap<>();
            terms.put("external", candidate.external());
            terms.put("own", (double) candidate.ownSlots());
            terms.put("asked", (double) slots);
            terms.put("cores", candidate.report().cores());
            terms.put("speed", candidate.host().speed());
            return terms;
        }
    }

    /** Measured load, plus penalties for open queries (capped), recent starts (once) and completed jobs. */
    record SciclustScorer(PlacementSettings settings, Instant now) implements Scorer {

        @Override
        public double score(Candidate candidate) {
            return candidate.load1() + penalties(candidate).sum();
        }

        @Override
        public double slotWeight(Candidate candidate) {
            return 1;
        }

        private Penalties penalties(Candidate candidate) {
            return candidate
                    .ledger()
                    .told()
                    .orElseGet(() ->
                            SciclustPenalties.of(settings, candidate.openReservations(), candidate.ledger(), now));
        }

        @Override
        public Map<String, Double> terms(Candidate candidate) {
            Penalties penalties = penalties(candidate);
            Map<String, Double> terms = new LinkedHashMap<>();
            terms.put("load", candidate.load1());
            terms.put("openQueries", penalties.openQueries());
            terms.put("recency", penalties.recency());
            terms.put("completedJobs", penalties.completedJobs());
            return terms;
        }
    }

    /** The stored one-minute load. */
    record LoadShareScorer() implements Scorer {

        @Override
        public double score(Candidate candidate) {
            return candidate.load1();
        }

        @Override
        public double slotWeight(Candidate candidate) {
            return 1;
        }

        @Override
        public Map<String, Double> terms(Candidate candidate) {
            return Map.of("load", candidate.load1());
        }
    }
}
