package io.loadshare.ledger;

import io.loadshare.host.HostInventory;
import java.util.function.Function;

/** A ledger in memory, for an agent, a simulation, or tests. */
public final class InMemoryLedger implements Ledger {

    private volatile LedgerView view;
    private boolean deciding;

    public InMemoryLedger(HostInventory inventory) {
        this.view = LedgerView.empty(inventory);
    }

    @Override
    public LedgerView view() {
        return view;
    }

    @Override
    public synchronized <T> T transact(Function<LedgerView, Decision<T>> decide) {
        if (deciding) {
            throw new IllegalStateException("a decision must not use the ledger that it is made under");
        }
        deciding = true;
        try {
            Decision<T> decision = decide.apply(view);
            view = view.fold(decision.records());
            return decision.value();
        } finally {
            deciding = false;
        }
    }
}
