/** Reservations, jobs and tickets on record. Start with {@link io.loadshare.ledger.Ledger}. */
package io.loadshare.ledger;
