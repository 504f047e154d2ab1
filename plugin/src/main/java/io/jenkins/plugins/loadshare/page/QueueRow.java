package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.job.JobState;
import io.loadshare.ledger.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A waiting request of a build, or its job that waits in Slurm. */
@ExportedBean(defaultVisibility = 2)
public final class QueueRow {

    private final QueuedRequest request;
    private final Optional<String> build;
    private final Instant now;

    /** @param build the run's {@code externalizableId}; null if it is not known */
    QueueRow(QueuedRequest request, String build, Instant now) {
        this.request = request;
        this.build = Optional.ofNullable(build);
        this.now = now;
    }

    /** Returns the row of a job that waits in Slurm. */
    static QueueRow of(BuildJob job, JobState.Pending state, Instant now) {
        Ticket.Needs needs = new Ticket.Needs(List.of(job.host().name()), 0, 0, 0, OptionalDouble.empty(), List.of());
        Ticket ticket = new Ticket(
                job.id(),
                job.user(),
                job.user(),
                job.wants(),
                needs,
                job.startedAt(),
                job.startedAt(),
                Optional.of(state.toString()),
                Optional.empty());
        return new QueueRow(new QueuedRequest(0, ticket), job.build(), now);
    }

    private Ticket ticket() {
        return request.ticket();
    }

    /** 1 for the request that is served first; 0 in the queue of Slurm. */
    @Exported
    public int getPosition() {
        return request.position();
    }

    @Exported
    public String getId() {
        return request.id();
    }

    /** The login name on the hosts. */
    @Exported
    public String getUser() {
        return ticket().user();
    }

    /** The build that waits; null if it is gone or the user may not see it. */
    @Exported
    public BuildLink getBuild() {
        return build.flatMap(BuildLink::of).orElse(null);
    }

    /** The request as text. */
    @Exported
    public String getRequirements() {
        return ticket().wants();
    }

    /** 0 in the queue of Slurm. */
    @Exported
    public int getSlots() {
        return ticket().needs().slots();
    }

    @Exported
    public String getSince() {
        return ticket().openedAt().toString();
    }

    /** Why it waits; null if that is not known yet. */
    @Exported
    public String getReason() {
        return ticket().reason().orElse(null);
    }

    /** The time of the next try, if no slot becomes free before; null if that is not known yet. */
    @Exported
    public String getNextTry() {
        return ticket().nextTry().map(Instant::toString).orElse(null);
    }

    public String getPositionWords() {
        return getPosition() == 0 ? "–" : Integer.toString(getPosition());
    }

    public String getSlotsWords() {
        return getPosition() == 0 ? "–" : Integer.toString(getSlots());
    }

    /** Returns the time that it has waited, in seconds. */
    public double getAge() {
        return Duration.between(ticket().openedAt(), now).toMillis() / 1000.0;
    }

    public String getAgeWords() {
        return AgeFormat.since(ticket().openedAt(), now);
    }

    /** Returns when the next try is, if no slot becomes free before. */
    public AgedText getNext() {
        return ticket().nextTry()
                .map(next -> next.isAfter(now)
                        ? AgedText.of(Messages::QueueRow_nextTry, Duration.between(next, now))
                        : AgedText.plain(Messages.QueueRow_now()))
                .orElse(AgedText.plain("–"));
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        boolean due = ticket().nextTry().filter(next -> !next.isAfter(now)).isPresent();
        return String.join("|", getPosition() + getId(), getReason(), getNextTry(), Boolean.toString(due));
    }
}
