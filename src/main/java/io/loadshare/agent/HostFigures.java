package io.loadshare.agent;

import io.loadshare.ledger.Penalties;
import io.loadshare.load.LoadReport;
import java.time.Duration;

/**
 * What an agent tells of its host at one moment.
 *
 * @param revision how many slots were taken by starts through the agent; every start changes it
 * @param report the last measurement, its jobs brought up to date by what was started and ended since
 * @param age how old the measurement is
 * @param penalties what model {@code sciclust} adds to the load, by the agent's settings
 * @param completed how many jobs have ended on the host
 */
record HostFigures(long revision, LoadReport report, Duration age, Penalties penalties, int completed) {}
