package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.WaitingRequest;
import io.loadshare.LoadshareException;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.time.Instant;

/**
 * The way of a job on record to its {@link JobRun}, after a restart of Jenkins or where its host gave no answer to its start. It
 * is waited until the host tells whether it runs, for {@code job.unreachableTimeout} at most.
 */
final class Resumption implements WaitingRequest {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(5);

    private final LoadshareService service = LoadshareService.get();
    private final Instant since = service.clock().instant();
    private final JobRun run;
    private final Launching launching;
    private final BuildJob known;
    private final String why;
    private Instant next = since;

    /** @param why there is something to resume, as the first words of a line */
    Resumption(JobRun run, Launching launching, BuildJob known, String why) {
        this.run = run;
        this.launching = launching;
        this.known = known;
        this.why = why;
    }

    @Override
    public boolean isDue() {
        return run.isStopped() || !service.clock().instant().isBefore(next);
    }

    @Override
    public void tryNow() {
        try {
            if (run.isStopped()) {
                run.giveUp();
            } else {
                String where = "job " + known.id() + " on " + known.host().name();
                run.running(launching.resume(known), why + "; going on with " + where);
            }
            service.waitingRoom().leave(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins goes down
        } catch (Exception e) {
            if (!isWorthWaiting(e)) {
                service.waitingRoom().leave(this);
                run.fail(e);
                return;
            }
            if (next.equals(since)) {
                run.say("It is not known whether job " + known.id() + " was started (" + e.getMessage()
                        + "); waiting for an answer");
            }
            next = service.clock().instant().plus(BETWEEN_QUESTIONS);
        }
    }

    private boolean isWorthWaiting(Exception e) {
        return e instanceof TransportException failure
                && (failure.kind() == LoadshareException.Kind.UNAVAILABLE
                        || failure.kind() == LoadshareException.Kind.LOST)
                && service.clock()
                        .instant()
                        .isBefore(since.plus(
                                launching.wiring().settings().core().job().unreachableTimeout()));
    }
}
