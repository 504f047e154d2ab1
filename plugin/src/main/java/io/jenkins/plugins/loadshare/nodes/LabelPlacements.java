package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.model.Executor;
import hudson.model.ExecutorListener;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.WorkUnit;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The newest placements for each label with the strategy, since Jenkins was started. Thread-safe. */
public final class LabelPlacements {

    /** The number of placements kept for each label. */
    static final int KEPT = 20;

    private final Map<String, Deque<LabelPlacement>> newest = new HashMap<>();

    /**
     * A node and its score.
     *
     * @param node its name; empty for the built-in node
     */
    public record Candidate(String node, double score) {}

    /**
     * The placement of one build.
     *
     * @param item the ID of its item in the Queue
     * @param node the chosen node
     * @param candidates the best nodes with a free executor, best first
     * @param build the run's {@code externalizableId}; empty until it starts, and for other tasks
     */
    public record LabelPlacement(
            long item, Instant at, String node, List<Candidate> candidates, Optional<String> build) {

        LabelPlacement of(String run) {
            return new LabelPlacement(item, at, node, candidates, Optional.of(run));
        }
    }

    synchronized void note(Collection<String> atoms, LabelPlacement placement) {
        for (String atom : atoms) {
            Deque<LabelPlacement> placements = newest.computeIfAbsent(atom, name -> new ArrayDeque<>());
            placements.addFirst(placement);
            if (placements.size() > KEPT) {
                placements.removeLast();
            }
        }
    }

    private synchronized void started(long item, String run) {
        for (Deque<LabelPlacement> placements : newest.values()) {
            if (placements.stream().anyMatch(each -> each.item() == item)) {
                List<LabelPlacement> all = placements.stream()
                        .map(each -> each.item() == item ? each.of(run) : each)
                        .toList();
                placements.clear();
                placements.addAll(all);
            }
        }
    }

    /** Returns the placements for a label atom, newest first. */
    public synchronized List<LabelPlacement> of(String atom) {
        return List.copyOf(newest.getOrDefault(atom, new ArrayDeque<>()));
    }

    /** Learns which build an item of the Queue has become. */
    @Extension
    public static final class Starts implements ExecutorListener {

        @Override
        public void taskStarted(Executor executor, Queue.Task task) {
            WorkUnit unit = executor.getCurrentWorkUnit();
            Queue.Executable executable = executor.getCurrentExecutable();
            if (unit == null || executable == null) {
                return;
            }
            Queue.Executable build = executable instanceof Run<?, ?> ? executable : executable.getParentExecutable();
            if (build instanceof Run<?, ?> run) {
                LeastLoadedLabels.get().placements().started(unit.context.item.getId(), run.getExternalizableId());
            }
        }
    }
}
