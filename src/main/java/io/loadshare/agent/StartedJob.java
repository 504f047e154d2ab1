package io.loadshare.agent;

import io.loadshare.ledger.TrackedJob;

/**
 * A job that was started through an agent.
 *
 * @param query the id of the query that led to it
 * @param secret the query's, by which the job's owner ends it
 */
record StartedJob(TrackedJob job, String query, String secret) {

    String id() {
        return job.id();
    }
}
