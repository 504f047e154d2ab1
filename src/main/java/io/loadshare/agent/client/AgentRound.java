package io.loadshare.agent.client;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.agent.QueryAnswer;
import io.loadshare.dispatch.LiveRound;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One round of queries to agents. The deciding thread waits in {@link #ask}; other threads receive the answers. A query
 * that is answered too late is withdrawn at once.
 *
 * <p>If no agent answers, the last scan decides for all hosts. If some answer, the hosts whose agents were queried
 * without an answer get no job, and hosts that were not queried are left out. A host on which nothing listens has no
 * agent: the last scan is used for it.
 */
final class AgentRound implements LiveRound {

    private final AgentRounds rounds;
    private final LoadBoard scanned;
    private final List<Host> withAgent;
    private final List<Host> asked;
    private final Instant askedAt;
    private final Map<HostName, QueryAnswer> answers = new HashMap<>(); // open queries
    private final Map<HostName, LoadshareException> failures = new LinkedHashMap<>();
    private final List<String> steps = new ArrayList<>();
    private boolean decided;
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean confirmed;
    private LoadBoard board;

    AgentRound(AgentRounds rounds, LoadBoard scanned, List<Host> withAgent, List<Host> asked) {
        this.rounds = rounds;
        this.scanned = scanned;
        this.withAgent = withAgent;
        this.asked = asked;
        this.askedAt = rounds.clock().instant();
    }

    /**
     * Queries the agents and waits until enough have answered, all have answered or failed, or the time is up.
     *
     * @param wanted the number of answers to wait for
     */
    void ask(int wanted) {
        AgentClient client = rounds.client();
        for (Host host : asked) {
            client.query(host, rounds.timeout()).whenComplete((answer, failure) -> take(host, answer, failure));
        }
        await(wanted);
    }

    private synchronized void take(Host host, QueryAnswer answer, Throwable failure) {
        if (!decided && answer == null) {
            failures.put(host.name(), failure(failure));
        } else if (!decided) {
            answers.put(host.name(), answer);
        } else if (answer != null) {
            retreat(host, answer);
        }
        notifyAll();
    }

    private static LoadshareException failure(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return cause instanceof LoadshareException failure
                ? failure
                : new LoadshareException(LoadshareException.Kind.SOFTWARE, "query to an agent failed: " + cause, cause);
    }

    private synchronized void await(int wanted) {
        Deadline deadline = rounds.deadline();
        try {
            while (answers.size() < wanted
                    && answers.size() + failures.size() < asked.size()
                    && !deadline.hasPassed()) {
                wait(deadline.remainingMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A late answer must not change the input of the current decision.
        for (Host host : asked) {
            if (!answers.containsKey(host.name())) {
                failures.putIfAbsent(
                        host.name(),
                        new AgentException(
                                AgentException.Reason.FAILED, "its agent did not answer within " + deadline.words()));
            }
        }
        decided = true;
        steps.add(asked.size() + " of " + withAgent.size() + " agents were queried; " + answers.size()
                + " answered within "
                + Durations.print(Duration.between(askedAt, rounds.clock().instant())));
        failures.forEach((host, failure) -> steps.add(host + ": " + failure.getMessage()));
    }

    private void retreat(Host host, QueryAnswer answer) {
        rounds.send(rounds.client().retreat(host, answer, rounds.timeout()));
    }

    @Override
    public PlacementRequest narrowed(PlacementRequest request) {
        if (answers.isEmpty() || asked.size() == withAgent.size()) {
            return request;
        }
        Set<HostName> leftOut = new HashSet<>();
        withAgent.forEach(host -> leftOut.add(host.name()));
        asked.forEach(host -> leftOut.remove(host.name()));
        return request.withCandidates(Arrays.stream(request.candidates())
                .filter(position ->
                        !leftOut.contains(scanned.inventory().at(position).name()))
                .toArray());
    }

    @Override
    public LoadBoard board() {
        if (board == null) {
            board = answers.isEmpty() ? scanned : overScanned();
        }
        return board;
    }

    private LoadBoard overScanned() {
        LoadBoard result = scanned;
        for (Map.Entry<HostName, QueryAnswer> entry : answers.entrySet()) {
            result = result.with(
                    entry.getKey(), status -> status.withReport(entry.getValue().report()));
        }
        for (Map.Entry<HostName, LoadshareException> entry : failures.entrySet()) {
            if (!AgentException.is(entry.getValue(), AgentException.Reason.ABSENT)) {
                result = result.with(
                        entry.getKey(),
                        status -> status.withFailure(entry.getValue().getMessage(), askedAt));
            }
        }
        return result;
    }

    @Override
    public LedgerView truth(LedgerView own) {
        Map<HostName, HostLedger> reported = new HashMap<>();
        answers.forEach((host, answer) -> {
            List<Claim> younger = own.of(host).claims().stream()
                    .filter(claim -> !claim.placedAt().isBefore(askedAt))
                    .toList();
            reported.put(
                    host,
                    HostLedger.reported(
                            younger, answer.completed(), own.of(host).recentEnds(), answer.penalties()));
        });
        return own.withHosts(reported);
    }

    @Override
    public Optional<PlacedRequest> confirm(PlacedRequest place) {
        HostName name = place.host().name();
        QueryAnswer answer = answers.get(name);
        if (answer == null) {
            return Optional.of(place);
        }
        try {
            Optional<QueryAnswer> newer = rounds.client()
                    .start(
                            place.host(),
                            answer,
                            rounds.slack(place.decision()),
                            place.id(),
                            place.reservation().user(),
                            place.reservation().slots(),
                            rounds.timeout())
                    .join();
            if (newer.isEmpty()) {
                steps.add("the agent of " + name + " recorded job " + place.id());
                answers.remove(name);
                confirmed = true;
                rounds.hold(place.id(), place.host(), answer.secret());
                return Optional.of(place.asSettled());
            }
            answers.put(name, newer.get());
            refusals.incrementAndGet();
            steps.add("others took " + (newer.get().revision() - answer.revision()) + " slots of " + name
                    + " in the meantime; deciding again");
        } catch (CompletionException e) {
            askAgainOrLose(place, answer, failure(e));
        }
        board = null;
        return Optional.empty();
    }

    /** Handles an expired query, or a failing agent, which may have recorded the job: then the job is withdrawn. */
    private void askAgainOrLose(PlacedRequest place, QueryAnswer answer, LoadshareException failure) {
        HostName name = place.host().name();
        AgentClient client = rounds.client();
        Duration timeout = rounds.timeout();
        answers.remove(name);
        if (!AgentException.is(failure, AgentException.Reason.FORGOTTEN)) {
            rounds.send(client.end(place.host(), place.id(), answer.secret(), false, timeout));
            failures.put(name, failure);
            return;
        }
        try {
            answers.put(name, client.query(place.host(), timeout).join());
        } catch (CompletionException e) {
            failures.put(name, failure(e));
        }
    }

    @Override
    public List<String> steps() {
        return steps;
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        failures.values().stream()
                .filter(failure -> failure.kind() == LoadshareException.Kind.REFUSED)
                .forEach(failure -> warnings.add(failure.getMessage()));
        if (answers.isEmpty() && !failures.isEmpty() && !confirmed) {
            warnings.add(
                    "no agent answers (" + failures.values().iterator().next().getMessage() + "); using the last scan");
        }
        return warnings;
    }

    @Override
    public void close() {
        if (confirmed) {
            rounds.pace().ended(Duration.between(askedAt, rounds.clock().instant()), refusals.get());
        }
        for (Host host : asked) {
            QueryAnswer answer = answers.get(host.name());
            if (answer != null) {
                retreat(host, answer);
            }
        }
    }
}
