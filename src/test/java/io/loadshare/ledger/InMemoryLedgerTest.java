package io.loadshare.ledger;

class InMemoryLedgerTest extends LedgerContract {

    @Override
    protected Ledger newLedger() {
        return new InMemoryLedger(INVENTORY);
    }
}
