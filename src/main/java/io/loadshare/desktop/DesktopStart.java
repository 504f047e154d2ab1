package io.loadshare.desktop;

import io.loadshare.LoadshareException;
import io.loadshare.dispatch.Launch;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.ledger.LedgerView;
import java.util.function.Supplier;

/**
 * The start of a desktop on the chosen host, which ends when a viewer can connect. A host on which the desktop cannot
 * run, for instance without a VNC server, does not count as broken: it may run other jobs.
 *
 * @param ledger the content of the ledger
 * @param geometry the size of the screen
 * @param limits the limits of the desktop
 */
public record DesktopStart(
        DesktopHosts hosts, Supplier<LedgerView> ledger, DesktopSettings settings, Geometry geometry, JobLimits limits)
        implements Launch.Owner<Desktop> {

    @Override
    public Desktop start(PlacedRequest place) {
        Host host = place.host();
        JobSpec spec = DesktopJob.spec(place.id(), host, place.reservation().user(), geometry, settings)
                .withLimits(limits.or(JobLimits.UNLIMITED));
        Job job = hosts.start(host, place.prepared(spec), () -> requireOnRecord(place));
        return hosts.awaitReady(host, job);
    }

    /**
     * Checks that no other request has closed the ledger entry of a start that was suspended, for instance on a laptop. It
     * may have started another desktop since. Once the host has prepared the job, other requests wait for it.
     */
    private void requireOnRecord(PlacedRequest place) {
        if (place.recorded() && ledger.get().claim(place.id()).isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE,
                    "desktop " + place.id() + " was not started on "
                            + place.host().name()
                            + ": its start took so long that another request has closed its ledger entry");
        }
    }
}
