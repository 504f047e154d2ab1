package io.loadshare.ledger;

import java.util.List;
import java.util.function.Function;

/**
 * Where promises are kept: read, decide and append happen as one step that no other writer interrupts.
 *
 * <p>Any thread may call; a decision function must be quick and do no I/O, since other writers wait for it.
 */
public interface Ledger {

    /** What stands in the ledger now; it may be outdated as soon as it is returned. */
    LedgerView view();

    /**
     * Decides on the newest view and appends the decision's records before anyone else decides.
     *
     * @throws io.loadshare.Failure of kind LIMIT if the ledger stays locked, of kind STATE if it cannot be read or
     *     written; then nothing was appended
     */
    <T> T transact(Function<LedgerView, Decision<T>> decide);

    /** What was decided: the records to append (none if nothing changes) and the value to return. */
    record Decision<T>(T value, List<LedgerRecord> records) {

        public Decision {
            records = List.copyOf(records);
        }

        public static <T> Decision<T> unchanged(T value) {
            return new Decision<>(value, List.of());
        }
    }
}
