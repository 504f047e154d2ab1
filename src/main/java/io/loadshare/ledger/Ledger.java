package io.loadshare.ledger;

import java.util.List;
import java.util.function.Function;

/**
 * Where promises are kept: read, decide and append happen as one step that no other writer interrupts.
 *
 * <p>Any thread may call. A decision function must be quick, do no I/O and not use the ledger, since other writers wait
 * for it; and have no effect of its own, since it may be called more often than once: only the last time counts.
 */
public interface Ledger {

    /**
     * What stands in the ledger now; it may be outdated as soon as it is returned. Cheap while nothing changes, so that
     * it may be asked every second.
     *
     * @throws io.loadshare.LoadshareException of kind STATE if the ledger cannot be read
     */
    LedgerView view();

    /**
     * Decides on the newest view and appends the decision's records before anyone else decides. A crash may keep the
     * first of several records and lose the others: put them in an order in which each of them may be the last.
     *
     * @throws LedgerBusyException if the ledger stays locked; then nothing was decided
     * @throws io.loadshare.LoadshareException of kind STATE if it cannot be read or written; then nothing was appended
     */
    <T> T transact(Function<LedgerView, Decision<T>> decide);

    /** What was decided: the records to append (none if nothing changes) and the value to return. */
    record Decision<T>(T value, List<LedgerRecord> records) {

        public Decision {
            records = List.copyOf(records);
        }

        public static <T> Decision<T> of(T value, LedgerRecord... records) {
            return new Decision<>(value, List.of(records));
        }
    }
}
