package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.job.JobState;
import io.loadshare.ledger.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A waiting request of a build, or its job that waits in Slurm. */
@ExportedBean(defaultVisibility = 2)
public final class QueueRow {

    private final int position;
    private final String id;
    private final String user;
    private final Optional<String> build;
    private final String requirements;
    private final int slots;
    private final Instant since;
    private final Optional<String> reason;
    private final Optional<Instant> nextTry;
    private final Instant now;

    /** @param build the run's {@code externalizableId}; null if it is not known */
    QueueRow(QueuedRequest request, String build, Instant now) {
        Ticket ticket = request.ticket();
        this.position = request.position();
        this.id = request.id();
        this.user = ticket.user();
        this.build = Optional.ofNullable(build);
        this.requirements = ticket.wants();
        this.slots = ticket.needs().slots();
        this.since = ticket.openedAt();
        this.reason = ticket.reason();
        this.nextTry = ticket.nextTry();
        this.now = now;
    }

    /** A job that waits in Slurm. */
    QueueRow(BuildJob job, JobState.Pending state, Instant now) {
        this.position = 0;
        this.id = job.id();
        this.user = job.user();
        this.build = Optional.ofNullable(job.build());
        this.requirements = job.wants();
        this.slots = 0;
        this.since = job.startedAt();
        this.reason = Optional.of(state.toString());
        this.nextTry = Optional.empty();
        this.now = now;
    }

    /** 1 for the request that is served first; 0 in the queue of Slurm. */
    @Exported
    public int getPosition() {
        return position;
    }

    @Exported
    public String getId() {
        return id;
    }

    /** The login name on the hosts. */
    @Exported
    public String getUser() {
        return user;
    }

    /** The build that waits; null if it is gone or the user may not see it. */
    @Exported
    public BuildLink getBuild() {
        return build.flatMap(BuildLink::of).orElse(null);
    }

    /** The request as text. */
    @Exported
    public String getRequirements() {
        return requirements;
    }

    /** 0 in the queue of Slurm. */
    @Exported
    public int getSlots() {
        return slots;
    }

    @Exported
    public String getSince() {
        return since.toString();
    }

    /** Why it waits; null if that is not known yet. */
    @Exported
    public String getReason() {
        return reason.orElse(null);
    }

    /** The time of the next try, if no slot becomes free before; null if that is not known yet. */
    @Exported
    public String getNextTry() {
        return nextTry.map(Instant::toString).orElse(null);
    }

    public String getPositionWords() {
        return position == 0 ? "–" : Integer.toString(position);
    }

    public String getSlotsWords() {
        return position == 0 ? "–" : Integer.toString(slots);
    }

    /** Returns the time that it has waited, in seconds. */
    public double getAge() {
        return Duration.between(since, now).toMillis() / 1000.0;
    }

    public String getAgeWords() {
        return AgeFormat.since(since, now);
    }

    /** Returns when the next try is, if no slot becomes free before. */
    public AgedText getNext() {
        return nextTry.map(next -> next.isAfter(now)
                        ? AgedText.of(Messages::QueueRow_nextTry, Duration.between(next, now))
                        : AgedText.plain(Messages.QueueRow_now()))
                .orElse(AgedText.plain("–"));
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        boolean due = nextTry.filter(next -> !next.isAfter(now)).isPresent();
        return String.join("|", position + id, getReason(), getNextTry(), Boolean.toString(due));
    }
}
