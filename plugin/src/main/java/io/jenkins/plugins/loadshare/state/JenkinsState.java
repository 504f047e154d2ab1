package io.jenkins.plugins.loadshare.state;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.load.Observer;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.logging.Logger;

/** The state directory in Jenkins' home. It does I/O, so never call it under the Queue's lock. Thread-safe. */
@Extension
public final class JenkinsState {

    private static final Logger LOGGER = Logger.getLogger(JenkinsState.class.getName());
    private static final InstantSource CLOCK = InstantSource.system();

    /** Jenkins as the observer that measures hosts. */
    public static final Observer OBSERVER = new Observer("Jenkins", "");

    private final Supplier<StateSettings> current;
    private StateSettings settings;
    private StateDirectory directory;
    private boolean opened;

    public JenkinsState() {
        this(() -> Settings.current().core().state());
    }

    /** @param current returns the current settings */
    public JenkinsState(Supplier<StateSettings> current) {
        this.current = current;
    }

    public static JenkinsState get() {
        return ExtensionList.lookupSingleton(JenkinsState.class);
    }

    /** @throws io.loadshare.LoadshareException of kind STATE if the directory is not valid */
    public synchronized StateDirectory directory() {
        StateSettings now = current.get();
        if (!now.equals(settings)) {
            directory = StateDirectory.open(now, LOGGER::warning);
            settings = now;
        }
        return directory;
    }

    /**
     * Returns the ledger of this Jenkins, shared by steps and by builds on nodes. Callers keep the returned object as
     * long as the hosts do not change.
     *
     * @param hosts the hosts whose ledger entries are queried by position
     */
    public synchronized Ledger ledger(HostInventory hosts) {
        Ledger ledger = LedgerFile.in(
                directory(),
                hosts,
                System.getProperty("user.name"),
                CLOCK,
                System::nanoTime,
                new SecureRandom(),
                LOGGER::warning);
        if (!opened) {
            opened = true;
            closeOldTickets(ledger);
        }
        return ledger;
    }

    /**
     * Closes the tickets of an earlier run of Jenkins. Nothing waits for them any more, but new requests would wait
     * behind them.
     */
    private static void closeOldTickets(Ledger ledger) {
        try {
            ledger.transact(view -> new Ledger.Decision<>(
                    null,
                    view.tickets().stream()
                            .map(ticket -> (LedgerRecord) new LedgerRecord.TicketClosed(ticket.id(), CLOCK.instant()))
                            .toList()));
        } catch (LoadshareException e) {
            LOGGER.warning("cannot remove the requests of the previous run of Jenkins from the queue: " + e.getMessage()
                    + ". They expire 2 minutes after their next try.");
        }
    }
}
