package io.loadshare.placement;

import io.loadshare.host.Tag;
import java.util.Set;
import java.util.stream.Collectors;

/** A host must offer all tags that the request asks for. */
record TagChecker(Set<Tag> tags) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return candidate.host().tags().containsAll(tags) ? null : PendingReason.MISSING_TAG;
    }

    @Override
    public String describe(Candidate candidate) {
        return tags.stream()
                .filter(tag -> !candidate.host().tags().contains(tag))
                .map(Tag::value)
                .sorted()
                .collect(Collectors.joining(", ", "lacks tag ", ""));
    }
}
