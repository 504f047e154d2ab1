package io.loadshare.placement;

import io.loadshare.ledger.Penalties;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rates a host: a lower score is better. Pure. */
interface Scorer {

    double score(Candidate candidate);

    /** Returns how much one more slot on the host adds to its score. */
    double slotWeight(Candidate candidate);

    /** Returns the terms of the score, in the order of the formula. */
    Map<String, Double> terms(Candidate candidate);

    static Scorer of(PlacementSettings settings, int load, Instant now) {
        return switch (settings.model()) {
            case TRACKED -> new TrackedScorer(load, settings.reservePerDesktop());
            case SCICLUST -> new SciclustScorer(settings, now);
            case LOADSHARE -> new LoadShareScorer();
        };
    }

    /**
     * Model {@code tracked}: (E + O + cores kept for desktops + requested slots) / (cores × speed).
     *
     * @param requested what the request adds to the load
     * @param reservePerDesktop the cores kept for each desktop
     */
    record TrackedScorer(int requested, double reservePerDesktop) implements Scorer {

        @Override
        public double score(Candidate candidate) {
            return (candidate.external() + candidate.ownLoad() + reservePerDesktop * candidate.desktops() + requested)
                    / candidate.capacity();
        }

        @Override
        public double slotWeight(Candidate candidate) {
            return 1 / candidate.capacity();
        }

        @Override
        public Map<String, Double> terms(Candidate candidate) {
            Map<String, Double> terms = new LinkedHashMap<>();
            terms.put("external", candidate.external());
            terms.put("own", candidate.ownLoad());
            if (reservePerDesktop > 0) {
                terms.put("desktops", reservePerDesktop * candidate.desktops());
            }
            terms.put("asked", (double) requested);
            terms.put("cores", candidate.report().cores());
            terms.put("speed", candidate.host().speed());
            return terms;
        }
    }

    /**
     * Model {@code sciclust}: measured load plus penalties for open queries (capped), recent starts (once) and
     * completed jobs.
     */
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
                    .reported()
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

    /** Model {@code loadshare}: the stored one-minute load. */
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
