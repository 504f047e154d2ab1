package io.jenkins.plugins.loadshare.service;

import hudson.Extension;
import hudson.model.PeriodicWork;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The periodic scan, which measures all hosts every {@code scan.interval} and after the settings have changed. */
@Extension
public final class PeriodicScan extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(PeriodicScan.class.getName());

    /** How often to check whether a scan is due. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Connections that were not used for this time are closed. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    private Settings scanned;
    private Instant next = Instant.MIN;
    private String complaint = "";

    @Override
    public long getRecurrencePeriod() {
        return LOOK.toMillis();
    }

    @Override
    public long getInitialDelay() {
        return 0;
    }

    @Override
    protected synchronized void doRun() {
        LoadshareService service = LoadshareService.get();
        service.closeIdle(IDLE);
        service.jobActions().endLostHolders();
        try {
            Settings settings = Settings.current();
            Instant now = service.clock().instant();
            if (settings.core().inventory().size() == 0 || settings == scanned && now.isBefore(next)) {
                return;
            }
            scanned = settings;
            next = now.plus(settings.core().scan().interval());
            service.scanNow();
            complaint = "";
        } catch (LoadshareException e) {
            if (!complaint.equals(e.getMessage())) {
                complaint = e.getMessage();
                LOGGER.log(Level.WARNING, "Hosts are not scanned: {0}", complaint);
            }
        }
    }
}
