package io.loadshare.agent;

import io.loadshare.ledger.Penalties;
import io.loadshare.load.LoadReport;

/**
 * The answer to a query, as the client sees it.
 *
 * @param revision changes with every job that others start
 * @param report by the client's clock
 * @param penalties the penalties of model {@code sciclust}
 * @param completed how many jobs have ended on the host
 */
public record QueryAnswer(
        String id, String secret, long revision, LoadReport report, Penalties penalties, int completed) {}
