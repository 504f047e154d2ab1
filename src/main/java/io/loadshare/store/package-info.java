/** Facts on disk: reports, drains, the ledger. Start at {@code StateDirectory}. */
package io.loadshare.store;
