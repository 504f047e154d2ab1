package io.jenkins.plugins.loadshare.service;

import hudson.Extension;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.Numbers;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.HostResult;

/** The test of a connection: logs in and runs the probe, within the limits of a scan. */
@Extension
public final class ProbeConnectionTest implements ConnectionTest {

    @Override
    public Result run(Host host) {
        try {
            return words(host, LoadshareService.get().wiring().measure(host));
        } catch (LoadshareException e) {
            return new Result(false, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(false, Messages.ProbeConnectionTest_interrupted());
        }
    }

    private static Result words(Host host, HostResult result) {
        if (result.report().isEmpty()) {
            return new Result(false, result.failure().orElseThrow().getMessage());
        }
        LoadReport report = result.report().get();
        return new Result(
                true,
                Messages.ProbeConnectionTest_answers(
                        host.name(),
                        Numbers.print(report.loadAverage().load1()),
                        Numbers.print(report.cores()),
                        Durations.print(result.took())));
    }
}
