package io.jenkins.plugins.loadshare.nodes;

import hudson.model.queue.MappingWorksheet.ExecutorChunk;
import java.util.Comparator;

/**
 * A node that may be taken.
 *
 * @param score of its machine, the smaller the better
 * @param busy its busy executors
 */
record RankedNode(ExecutorChunk chunk, double score, int busy) {

    static final Comparator<RankedNode> ORDER = (a, b) -> {
        int byScore = Double.compare(a.score, b.score);
        return byScore != 0 ? byScore : Integer.compare(a.busy, b.busy);
    };

    boolean isEqualTo(RankedNode other) {
        return ORDER.compare(this, other) == 0;
    }
}
