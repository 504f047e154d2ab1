package io.loadshare.agent.server;

import io.loadshare.agent.HostFigures;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.SciclustPenalties;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Records the queries, reservations and jobs of one host in its agent.
 *
 * <p>A client opens a query and receives figures with their revision: the number of slots taken by starts through the
 * agent. If it chooses the host, it starts a job with that revision; if another job was started in between, it receives
 * new figures and decides again. Of two clients with the same figures, only one gets the slot, and no job starts on
 * outdated figures. A client may state how many slots others may take without changing its decision, which avoids most
 * repetitions among many clients. If it chooses another host, it retreats. A query without either expires after {@link
 * #LIFE}.
 *
 * <p>A started job counts until its owner ends it, or until a measurement no longer shows it. A job that was never seen
 * has {@link Claim#GRACE} to appear; if a later measurement shows it, it counts again. Jobs that were not started
 * through the agent are known only from measurements; they count in the same way, also as completed jobs.
 *
 * <p>Times are those of the given clock, which must run evenly. Any thread may call; nothing here waits.
 */
final class QueryService {

    /** How long a query stays open. */
    static final Duration LIFE = Duration.ofSeconds(30);

    /** The maximum age of a measurement for figures. */
    static final Duration FIGURES_SERVE = Duration.ofMinutes(1);

    /**
     * The maximum number of started jobs that are not known to have ended. All are part of every answer and kept in
     * memory.
     */
    static final int MOST_JOBS = 1000;

    private static final int UNKNOWN_STATUS = -1;

    /** An open query and its figures. */
    record Opened(OpenQuery query, HostFigures figures) {}

    private final HostName host;
    private final PlacementSettings settings;
    private final InstantSource clock;
    private final Supplier<String> tokens;
    private final AgentCounters tally;
    private final Ledger ledger;
    private final OpenQueries open = new OpenQueries();
    private final Map<String, StartedJob> jobs = new LinkedHashMap<>(); // by the job's id
    private long revision;
    private LoadReport measured;
    private Set<String> shown = Set.of();
    private final Set<String> presumedGone =
            new HashSet<>(); // recently ended jobs whose owners have not reported the end
    private LoadReport merged;
    private HostLedger mergedFrom;

    /** @param tokens generates unguessable IDs and secrets */
    QueryService(
            Host host,
            PlacementSettings settings,
            InstantSource clock,
            Supplier<String> tokens,
            AgentCounters tally,
            AgentMemory memory) {
        this.host = host.name();
        this.settings = settings;
        this.clock = clock;
        this.tokens = tokens;
        this.tally = tally;
        this.ledger = new InMemoryLedger(new HostInventory(List.of(host), List.of()));
        record(memory.records(host.name(), clock.instant()));
        memory.jobs().forEach(started -> jobs.put(started.id(), started));
    }

    /** Opens a query of a client. The returned figures do not include this query. */
    synchronized Opened open(InetAddress client) {
        Instant now = now();
        open.requireRoom(client);
        HostFigures figures = figures(now, open.size());
        OpenQuery query = new OpenQuery(tokens.get(), tokens.get(), client, now.plus(LIFE));
        open.add(query);
        tally.add(AgentCounters.Event.OPENED);
        return new Opened(query, figures);
    }

    /** Returns the current figures. */
    synchronized HostFigures figures() {
        Instant now = now();
        return figures(now, open.size());
    }

    private HostFigures figures(Instant now, int openQueries) {
        if (measured == null) {
            throw RequestRefusedException.unavailable("this host has not been measured yet");
        }
        Duration age = Duration.between(measured.measuredAt(), now);
        if (age.compareTo(FIGURES_SERVE) > 0) {
            throw RequestRefusedException.unavailable(
                    "this host cannot be measured; it last was " + age.toSeconds() + " s ago");
        }
        HostLedger entries = hostLedger();
        if (mergedFrom != entries) {
            merged = merge(entries);
            mergedFrom = entries;
        }
        return new HostFigures(
                revision, merged, age, SciclustPenalties.of(settings, openQueries, entries, now), entries.completed());
    }

    /** Adds the jobs started since a measurement and removes those that ended. */
    private LoadReport merge(HostLedger entries) {
        List<LoadReport.ObservedJob> jobs = new ArrayList<>();
        for (LoadReport.ObservedJob job : measured.jobs()) {
            if (!entries.sawEnd(job.id(), measured) || presumedGone.contains(job.id())) {
                jobs.add(job);
            }
        }
        for (Claim claim : entries.claims()) {
            if (!shown.contains(claim.id())) {
                int assumed = claim.slots() == 0 ? 1 : 0; // or a burst of windows would open here
                jobs.add(new LoadReport.ObservedJob(claim.id(), claim.slots(), claim.user(), assumed));
            }
        }
        return measured.withJobs(jobs);
    }

    /**
     * Turns a query into a job, unless another job was started in between. Repeating the call after a lost answer is
     * safe.
     *
     * @param seenRevision the revision of the figures that the client used
     * @param slack how many slots others may have taken since
     * @return the query with new figures, if others took more slots
     */
    synchronized Optional<Opened> start(
            String id, String secret, long seenRevision, int slack, String job, String user, int slots) {
        Instant now = now();
        StartedJob before = jobs.get(job);
        if (before != null && before.query().equals(id)) {
            requireSecret(before.secret(), secret);
            return Optional.empty();
        }
        OpenQuery query = find(id);
        requireSecret(query.secret(), secret);
        if (seenRevision > revision || seenRevision + slack < revision) {
            tally.add(AgentCounters.Event.CONFLICTED);
            return Optional.of(new Opened(query, figures(now, open.size() - 1)));
        }
        if (before != null) {
            throw RequestRefusedException.malformed("a job with this id was started by another query");
        }
        if (jobs.size() >= MOST_JOBS) {
            throw RequestRefusedException.tooMany(
                    "this host has " + MOST_JOBS + " started jobs, which is the limit; end some");
        }
        TrackedJob started = new TrackedJob(reservation(job, user, slots, now), now);
        record(List.of(new LedgerRecord.Reserved(started.reservation()), new LedgerRecord.Started(job, now)));
        jobs.put(job, new StartedJob(started, id, secret));
        open.remove(query);
        revision += Math.max(1, slots);
        tally.add(AgentCounters.Event.STARTED);
        return Optional.empty();
    }

    private Reservation reservation(String job, String user, int slots, Instant now) {
        try {
            return new Reservation(job, host, user, slots, List.of(), now);
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.malformed(e.getMessage());
        }
    }

    /** Ends an open query without a start. */
    synchronized void retreat(String id) {
        now();
        open.remove(find(id));
        tally.add(AgentCounters.Event.RETREATED);
    }

    private OpenQuery find(String id) {
        return open.find(id)
                .orElseThrow(() -> RequestRefusedException.unknown(
                        "no such open query; queries expire after " + LIFE.toSeconds() + " s"));
    }

    /**
     * Ends a started job.
     *
     * @param ran whether it ran; if not, its start is withdrawn and it does not count as completed
     */
    synchronized void end(String job, String secret, boolean ran) {
        StartedJob started = jobs.get(job);
        if (started == null) {
            throw RequestRefusedException.unknown("no such job; it may have ended already");
        }
        requireSecret(started.secret(), secret);
        Instant now = now();
        record(List.of(ran ? ended(started.job(), now) : new LedgerRecord.Retreated(job, now)));
    }

    /** Accepts a new measurement. */
    synchronized void measured(LoadReport report) {
        Instant now = now();
        Set<String> before = shown;
        Set<String> after = new HashSet<>();
        report.jobs().forEach(job -> after.add(job.id()));
        Set<String> vanished = new HashSet<>(report.threads().complete() ? before : Set.of());
        vanished.removeAll(after);
        Set<String> recentlyEnded = new HashSet<>();
        hostLedger().recentEnds().forEach(end -> recentlyEnded.add(end.job().id()));
        presumedGone.retainAll(recentlyEnded);
        List<LedgerRecord> records = new ArrayList<>();
        for (StartedJob started : jobs.values()) {
            if (vanished.contains(started.id()) || started.job().isRefutedBy(report)) {
                records.add(ended(started.job(), now));
                presumedGone.add(started.id());
            }
        }
        vanished.removeAll(jobs.keySet());
        vanished.removeAll(recentlyEnded);
        record(records);
        if (!vanished.isEmpty()) {
            int completed = hostLedger().completed() + vanished.size();
            record(List.of(new LedgerRecord.Counted(host, completed, now)));
        }
        shown = after;
        measured = report;
        mergedFrom = null;
    }

    synchronized AgentMemory memory() {
        return AgentMemory.of(hostLedger(), jobs.values());
    }

    synchronized int openQueries() {
        now();
        return open.size();
    }

    /** Returns the current time after removing expired queries. */
    private Instant now() {
        Instant now = clock.instant();
        int expired = open.expire(now);
        if (expired > 0) {
            tally.add(AgentCounters.Event.EXPIRED, expired);
        }
        return now;
    }

    private HostLedger hostLedger() {
        return ledger.view().at(0);
    }

    private static void requireSecret(String expected, String given) {
        if (!SecretGenerator.equal(expected, given)) {
            throw RequestRefusedException.forbidden("the secret is not that of the query");
        }
    }

    private static LedgerRecord ended(TrackedJob job, Instant now) {
        return new LedgerRecord.Ended(job.id(), UNKNOWN_STATUS, Duration.between(job.startedAt(), now), now);
    }

    private void record(List<LedgerRecord> records) {
        ledger.transact(view -> new Ledger.Decision<>(null, records));
        for (LedgerRecord record : records) {
            if (record instanceof LedgerRecord.Ended end) {
                jobs.remove(end.id());
                tally.add(AgentCounters.Event.ENDED);
            } else if (record instanceof LedgerRecord.Retreated retreated) {
                jobs.remove(retreated.id());
            }
        }
    }
}
