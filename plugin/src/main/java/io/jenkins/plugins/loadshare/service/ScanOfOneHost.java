package io.jenkins.plugins.loadshare.service;

import hudson.Extension;
import hudson.util.FormValidation;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.Numbers;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.Scanner;
import java.util.List;

/** The test of a connection: a scan of one host, within the limits of a scan. */
@Extension
public final class ScanOfOneHost implements ConnectionTest {

    @Override
    public FormValidation run(Host host) {
        LoadshareService service = LoadshareService.get();
        try {
            Settings settings = service.settings();
            Scanner scanner = new Scanner(
                    service.forScans(settings),
                    settings.core().probe(),
                    settings.core().scan(),
                    1,
                    service.clock(),
                    System::nanoTime);
            return words(host, scanner.scan(List.of(host), result -> {}).hosts().get(0));
        } catch (LoadshareException e) {
            return FormValidation.error(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FormValidation.error(Messages.ScanOfOneHost_interrupted());
        }
    }

    private static FormValidation words(Host host, HostResult result) {
        if (result.report().isEmpty()) {
            return FormValidation.error(result.failure().orElseThrow().getMessage());
        }
        LoadReport report = result.report().get();
        return FormValidation.ok(Messages.ScanOfOneHost_answers(
                host.name(),
                Numbers.print(report.load1()),
                Numbers.print(report.cores()),
                Durations.print(result.took())));
    }
}
