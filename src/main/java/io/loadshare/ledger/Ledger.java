package io.loadshare.ledger;

import java.util.List;
import java.util.function.Function;

/**
 * The record of reservations, jobs, seats and tickets. Reading, deciding and appending is one atomic step.
 *
 * <p>Any thread may call. A decision function must be quick, do no I/O and not use the ledger, because other writers
 * wait for it. It must have no side effects, because it may be called more than once; only the last result counts.
 */
public interface Ledger {

    /**
     * Returns the current view, which may be outdated as soon as it is returned. Cheap while nothing changes, so it may
     * be called every second.
     *
     * @throws io.loadshare.LoadshareException of kind STATE if the ledger cannot be read
     */
    LedgerView view();

    /**
     * Decides on the newest view and appends the decision's records before anyone else decides. A crash may keep the
     * first of several records and lose the others, so order them such that any of them may be the last.
     *
     * @throws LedgerBusyException if the ledger stays locked; nothing was decided
     * @throws io.loadshare.LoadshareException of kind STATE if it cannot be read or written; nothing was appended
     */
    <T> T transact(Function<LedgerView, Decision<T>> decide);

    /** A decision: the records to append (none if nothing changes) and the value to return. */
    record Decision<T>(T value, List<LedgerRecord> records) {

        public Decision {
            records = List.copyOf(records);
        }

        public static <T> Decision<T> of(T value, LedgerRecord... records) {
            return new Decision<>(value, List.of(records));
        }
    }
}
