package io.loadshare.desktop;

import io.loadshare.LoadshareException;
import io.loadshare.dispatch.Launch;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobRecord;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.ledger.LedgerView;
import java.util.Optional;
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
        Job job = hosts.start(
                host, DesktopJob.spec(place, geometry.toString(), settings, limits), () -> requireOnRecord(place));
        DesktopState state = ask(host, job, () -> hosts.state(host, job.id(), Desktops.READY_LIMIT));
        if (state.desktop().isPresent()) {
            return state.desktop().get();
        }
        if (!state.kind().isOver()) {
            ask(host, job, () -> {
                hosts.end(host, job);
                return null;
            });
            throw failure(
                    LoadshareException.Kind.UNAVAILABLE,
                    host,
                    job,
                    "it accepted no viewer within " + Desktops.READY_LIMIT.toSeconds() + " s");
        }
        Optional<String> reason =
                ask(host, job, () -> hosts.job(host, job.id())).flatMap(JobRecord::reason);
        throw failure(LoadshareException.Kind.REFUSED, host, job, reason.orElse("it ended at once"));
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

    /** Asks the host of a desktop that was started: without an answer, it may run. */
    private static <T> T ask(Host host, Job job, Supplier<T> question) {
        try {
            return question.get();
        } catch (LoadshareException e) {
            throw new UnansweredStartException(host.name(), job.id(), e.getMessage(), e);
        }
    }

    private static LoadshareException failure(LoadshareException.Kind kind, Host host, Job job, String reason) {
        return new LoadshareException(kind, "desktop " + job.id() + " does not run on " + host.name() + ": " + reason);
    }
}
