package io.loadshare.job;

import java.time.Instant;
import java.util.Optional;

/**
 * The record of a job on its host, from its control directory.
 *
 * @param owner the login name of the owner
 * @param foreground whether the output went to the client that started the job, so that the host keeps none
 * @param reason why the host ended the job, if it did
 * @param usage what an ended job used, if its host recorded that
 * @param command a readable form of the command, on one line; may be truncated
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
        Optional<String> reason,
        Optional<JobUsage> usage) {}
