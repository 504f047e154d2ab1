package io.loadshare.agent;

import io.loadshare.ledger.Penalties;
import io.loadshare.load.LoadReport;

/**
 * What a client learned by a query.
 *
 * @param revision changes with every job that others start
 * @param report by the client's clock
 * @param penalties what model {@code sciclust} adds to the load
 * @param completed how many jobs have ended on the host
 */
record QueryAnswer(String id, String secret, long revision, LoadReport report, Penalties penalties, int completed) {}
