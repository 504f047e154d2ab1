package io.loadshare.job;

import java.time.Instant;
import java.util.Optional;

/**
 * What a host knows of a job, from its control directory.
 *
 * @param owner login name
 * @param foreground whether its output went to its starter, so that none is kept
 * @param reason why its host ended it, where it did
 * @param command for people, on one line; may be cut
 */
public record JobRecord(
        Job job,
        String owner,
        int slots,
        boolean foreground,
        String command,
        Instant submitted,
        Optional<Instant> started,
        Optional<Instant> ended,
        JobState state,
        Optional<String> reason) {}
