package io.loadshare.agent.server;

import io.loadshare.host.HostName;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Reservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * The state that an agent needs after it was killed. It measures everything else.
 *
 * @param completed how many jobs have ended on the host
 * @param starts when the latest jobs were started, oldest first
 * @param jobs the jobs not known to have ended
 */
record AgentMemory(int completed, List<Instant> starts, List<StartedJob> jobs) {

    static final AgentMemory NONE = new AgentMemory(0, List.of(), List.of());

    AgentMemory {
        starts = List.copyOf(starts);
        jobs = List.copyOf(jobs);
    }

    static AgentMemory of(HostLedger ledger, Collection<StartedJob> jobs) {
        return new AgentMemory(ledger.completed(), ledger.recentStarts(), List.copyOf(jobs));
    }

    /**
     * Returns the records that bring a new ledger to the same state. A start whose job has ended is followed by a
     * retreat.
     */
    List<LedgerRecord> records(HostName host, Instant now) {
        List<Instant> ofEnded = new ArrayList<>(starts);
        jobs.forEach(started -> ofEnded.remove(started.job().startedAt()));
        List<LedgerRecord> records = new ArrayList<>();
        String idOfEnded = UUID.randomUUID().toString();
        for (Instant start : ofEnded) {
            Reservation gone = new Reservation(idOfEnded, host, "unknown", 1, List.of(), start);
            records.add(new LedgerRecord.Reserved(gone));
            records.add(new LedgerRecord.Started(gone.id(), start));
            records.add(new LedgerRecord.Retreated(gone.id(), start));
        }
        for (StartedJob started : jobs) {
            records.add(new LedgerRecord.Reserved(started.job().reservation()));
            records.add(
                    new LedgerRecord.Started(started.job().id(), started.job().startedAt()));
        }
        records.sort(Comparator.comparing(LedgerRecord::at)); // stable: what belongs to one job keeps its order
        records.add(new LedgerRecord.Counted(host, completed, now));
        return records;
    }
}
