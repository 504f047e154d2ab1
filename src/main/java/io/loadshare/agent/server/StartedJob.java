package io.loadshare.agent.server;

import io.loadshare.ledger.TrackedJob;

/**
 * A job that was started through an agent.
 *
 * @param query the ID of its query
 * @param secret the secret of the query, which authorizes ending the job
 */
record StartedJob(TrackedJob job, String query, String secret) {

    String id() {
        return job.id();
    }
}
