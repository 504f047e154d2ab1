package io.loadshare.placement;

import io.loadshare.host.Tag;
import java.util.List;
import java.util.Set;

/** Requires all tags of the request. */
record TagChecker(Set<Tag> tags) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return candidate.host().tags().containsAll(tags) ? null : PendingReason.MISSING_TAG;
    }

    @Override
    public String describe(Candidate candidate) {
        List<String> lacking = tags.stream()
                .filter(tag -> !candidate.host().tags().contains(tag))
                .map(Tag::value)
                .sorted()
                .toList();
        return (lacking.size() == 1 ? "missing tag " : "missing tags ") + String.join(", ", lacking);
    }
}
