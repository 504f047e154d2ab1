package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Computer;
import hudson.model.Queue.Task;
import hudson.model.queue.MappingWorksheet;
import hudson.model.queue.MappingWorksheet.ExecutorChunk;
import hudson.model.queue.MappingWorksheet.ExecutorSlot;
import hudson.model.queue.MappingWorksheet.Mapping;
import hudson.model.queue.MappingWorksheet.WorkChunk;
import io.jenkins.plugins.loadshare.nodes.LabelPlacements.LabelPlacement;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.Placer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Searches for the nodes of one task. Each work chunk goes to the node with the best score that can take it. If a later
 * chunk finds no node, an earlier chunk moves.
 *
 * <p>The score of a node is that of its machine, where every busy executor is a used slot, including executors assigned
 * a moment ago. Among nodes with equal scores, the one with the fewest busy executors comes first, then the one that
 * Jenkins would choose, so that workspaces are reused.
 *
 * <p><b>Mapping.</b> For each item, a pass of the Queue asks one free executor of every node whether the node may take
 * it: the first in its table. Once that executor is assigned, the node takes nothing more until the next pass, up to
 * five seconds later. The mapping therefore uses its own worksheet with the executors of a node in reverse order: the
 * executor that is asked is assigned last.
 */
final class NodeAssignment {

    /** More steps than any sensible task needs; a hostile task must not hold the Queue's lock. */
    private static final int MOST_TRIES = 10_000;

    /** The number of nodes that a placement lists. */
    private static final int MOST_SHOWN = 10;

    private final Task task;
    private final MappingWorksheet worksheet;
    private final MachineLedger books;
    private final MachineInventory machines;
    private final Placer placer;
    private final ToIntFunction<String> busyExecutors;
    private final Instant now = Instant.now();

    /** By the index of the executor chunk: its machine's position (-1: unknown), executors that are free and busy. */
    private final int[] positions;

    private final int[] free;
    private final int[] busy;

    /** By the position of the machine. */
    private final int[] occupied;

    private final ExecutorChunk[] assigned;
    private List<RankedNode> candidates = List.of();
    private int tries;

    /** @param busyExecutors returns the number of busy executors of a node */
    NodeAssignment(
            Task task,
            MappingWorksheet worksheet,
            MachineLedger books,
            Placer placer,
            ToIntFunction<String> busyExecutors) {
        this.task = task;
        this.worksheet = worksheet;
        this.books = books;
        this.machines = books.machines();
        this.placer = placer;
        this.busyExecutors = busyExecutors;
        int count = worksheet.executors.size();
        this.positions = new int[count];
        this.free = new int[count];
        this.busy = new int[count];
        this.occupied = new int[machines.board().inventory().size()];
        Arrays.fill(occupied, -1);
        this.assigned = new ExecutorChunk[worksheet.works.size()];
        worksheet.executors.forEach(this::count);
        Arrays.setAll(occupied, i -> Math.max(0, occupied[i] - books.seated()[i]));
    }

    private void count(ExecutorChunk chunk) {
        int position = machines.position(chunk.getName());
        positions[chunk.index] = position;
        for (ExecutorSlot slot : chunk) {
            free[chunk.index] += slot.isAvailable() ? 1 : 0;
        }
        busy[chunk.index] = chunk.computer.countBusy();
        if (position >= 0 && occupied[position] < 0) {
            List<String> nodes = machines.nodesAt(position);
            occupied[position] = nodes.size() == 1
                    ? busy[chunk.index]
                    : nodes.stream().mapToInt(busyExecutors).sum();
        }
    }

    /** Returns the mapping, or null if the measured nodes cannot take the task. */
    Mapping find() {
        return assign(0) ? mapping() : null;
    }

    /** Returns the placement of the first part of the task, after {@link #find} has found a mapping. */
    LabelPlacement placement() {
        List<LabelPlacements.Candidate> best = candidates.stream()
                .limit(MOST_SHOWN)
                .map(each -> new LabelPlacements.Candidate(each.chunk().getName(), each.score()))
                .toList();
        return new LabelPlacement(worksheet.item.getId(), now, assigned[0].getName(), best, Optional.empty());
    }

    private boolean assign(int work) {
        if (work == assigned.length) {
            return true;
        }
        WorkChunk chunk = worksheet.works(work);
        List<RankedNode> nodes = ranked(chunk);
        candidates = work == 0 ? nodes : candidates;
        for (RankedNode ranked : nodes) {
            ExecutorChunk candidate = ranked.chunk();
            if (++tries > MOST_TRIES) {
                return false;
            }
            if (free[candidate.index] >= chunk.size() && candidate.canAccept(chunk)) {
                take(candidate, chunk.size());
                assigned[work] = candidate;
                if (assign(work + 1)) {
                    return true;
                }
                take(candidate, -chunk.size());
            }
        }
        return false;
    }

    private void take(ExecutorChunk chunk, int slots) {
        free[chunk.index] -= slots;
        busy[chunk.index] += slots;
        occupied[positions[chunk.index]] += slots;
    }

    /** Returns the measured nodes, best first. */
    private List<RankedNode> ranked(WorkChunk work) {
        List<ExecutorChunk> chunks = new ArrayList<>();
        for (ExecutorChunk chunk : worksheet.executors) {
            if (positions[chunk.index] >= 0 && free[chunk.index] >= work.size()) {
                chunks.add(chunk);
            }
        }
        int[] candidates =
                chunks.stream().mapToInt(chunk -> positions[chunk.index]).toArray();
        PlacementRequest request =
                PlacementRequest.of("a node", candidates, "", 0).withSlots(work.size());
        double[] scores = placer.scores(request, books.board().withOccupied(occupied), books.view(), now);
        List<RankedNode> ranked = new ArrayList<>(scores.length);
        for (int i = 0; i < scores.length; i++) {
            if (!Double.isNaN(scores[i])) {
                ranked.add(new RankedNode(chunks.get(i), scores[i], busy[chunks.get(i).index]));
            }
        }
        ranked.sort(RankedNode.ORDER);
        if (ranked.size() > 1 && ranked.get(0).isEqualTo(ranked.get(1))) {
            Map<String, Integer> ranks = affinity(ranked, work.index);
            ranked.sort(RankedNode.ORDER.thenComparing(
                    node -> ranks.getOrDefault(node.chunk().getName(), Integer.MAX_VALUE)));
        }
        return ranked;
    }

    /** Returns the positions of nodes in Jenkins' order for the task; a new node may have none. */
    private Map<String, Integer> affinity(List<RankedNode> nodes, int work) {
        Set<String> missing = new HashSet<>();
        nodes.forEach(node -> missing.add(node.chunk().getName()));
        Map<String, Integer> ranks = new HashMap<>();
        Iterator<String> names = machines.byAffinity(affinityKey(work)).iterator();
        while (!missing.isEmpty() && names.hasNext()) {
            String name = names.next();
            if (missing.remove(name)) {
                ranks.put(name, ranks.size());
            }
        }
        return ranks;
    }

    /** Orders nodes as Jenkins' own balancer does. */
    private String affinityKey(int work) {
        String key;
        try {
            key = task.getAffinityKey();
        } catch (RuntimeException e) {
            key = task.getFullDisplayName();
        }
        return work == 0 ? key : key + work;
    }

    private Mapping mapping() {
        List<ExecutorSlot> slots = new ArrayList<>();
        for (ExecutorChunk chunk : Set.copyOf(List.of(assigned))) {
            for (int i = chunk.size() - 1; i >= 0; i--) {
                if (chunk.get(i).isAvailable()) {
                    slots.add(chunk.get(i));
                }
            }
        }
        MappingWorksheet own = new MappingWorksheet(worksheet.item, slots, List.of());
        Map<Computer, ExecutorChunk> chunks = new HashMap<>();
        own.executors.forEach(chunk -> chunks.put(chunk.computer, chunk));
        Mapping mapping = own.new Mapping();
        for (int i = 0; i < assigned.length; i++) {
            mapping.assign(i, chunks.get(assigned[i].computer));
        }
        return mapping.isCompletelyValid() ? mapping : null;
    }
}
