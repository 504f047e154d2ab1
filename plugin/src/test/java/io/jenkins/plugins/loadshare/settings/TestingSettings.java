package io.jenkins.plugins.loadshare.settings;

import io.jenkins.plugins.loadshare.security.KnownHostsFileStrategy;
import io.loadshare.agent.AgentSettings;
import io.loadshare.config.Configuration;
import io.loadshare.host.HostInventory;
import io.loadshare.license.LicenseFeature;
import io.loadshare.store.StateSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings without a Jenkins. */
public final class TestingSettings {

    private static final Path HOME = Path.of("/nonexistent");

    private TestingSettings() {}

    /** The defaults, without hosts, but with some licenses. */
    public static Settings with(LicenseFeature... licenses) {
        Configuration core = new Configuration(
                new HostInventory(List.of(), List.of()),
                false,
                List.of(licenses),
                List.of(),
                new ScanSection().toSettings(),
                new PlacementSection().toSettings(),
                new RetrySection().toSettings(),
                new QuerySection().toSettings(),
                new SshSection().toSettings(),
                new JobSection().toSettings(),
                new DesktopSection().toSettings(),
                AgentSettings.DEFAULT,
                new StateSettings(HOME, false));
        return new Settings(
                core,
                Map.of(),
                Optional.empty(),
                new KnownHostsFileStrategy().hostKeys(HOME),
                new KnownHostsFileStrategy(),
                new Settings.Balancer(false, Optional.empty()),
                Settings.Agents.DEFAULT,
                CollectLimits.DEFAULT);
    }
}
