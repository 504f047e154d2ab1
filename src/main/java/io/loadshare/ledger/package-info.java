/** Who has promised what to whom: start at {@link io.loadshare.ledger.Ledger}. */
package io.loadshare.ledger;
