package io.loadshare.agent;

import io.loadshare.ledger.Penalties;
import io.loadshare.load.LoadReport;
import java.time.Duration;

/**
 * The figures of a host at one moment, as its agent reports them.
 *
 * @param revision the number of slots taken by starts through the agent; every start changes it
 * @param report the last measurement, with jobs started and ended since
 * @param age how old the measurement is
 * @param penalties the penalties of model {@code sciclust}, by the agent's settings
 * @param completed how many jobs have ended on the host
 */
public record HostFigures(long revision, LoadReport report, Duration age, Penalties penalties, int completed) {}
