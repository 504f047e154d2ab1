package io.jenkins.plugins.loadshare.nodes;

import hudson.model.queue.MappingWorksheet.ExecutorChunk;
import java.util.Comparator;

/**
 * A suitable node.
 *
 * @param score the score of its machine; lower is better
 * @param busy the number of its busy executors
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
