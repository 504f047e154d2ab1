package io.jenkins.plugins.loadshare.state;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Ledger;
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

    /** Jenkins as the observer that measures hosts. */
    public static final Observer OBSERVER = new Observer("Jenkins", "");

    private final Supplier<StateSettings> current;
    private StateSettings settings;
    private StateDirectory directory;

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
    public Ledger ledger(HostInventory hosts) {
        return LedgerFile.in(
                directory(),
                hosts,
                System.getProperty("user.name"),
                InstantSource.system(),
                System::nanoTime,
                new SecureRandom(),
                LOGGER::warning);
    }
}
