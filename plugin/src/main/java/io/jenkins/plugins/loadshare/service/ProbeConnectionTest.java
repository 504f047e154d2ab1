package io.jenkins.plugins.loadshare.service;

import hudson.Extension;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.Numbers;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.probe.HostResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.jsch.HostKeyScan;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import jenkins.model.Jenkins;

/** The test of a connection: logs in and runs the probe, within the limits of a scan. */
@Extension
public final class ProbeConnectionTest implements ConnectionTest {

    @Override
    public Result run(Host host, Optional<String> credentialsId) {
        try {
            return words(host, LoadshareService.get().measure(host, credentialsId));
        } catch (LoadshareException e) {
            return failed(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(Messages.ProbeConnectionTest_interrupted());
        }
    }

    private static Result failed(String text) {
        return new Result(false, text, Optional.empty());
    }

    private static Result words(Host host, HostResult result) {
        if (result.report().isEmpty()) {
            LoadshareException failure = result.failure().orElseThrow();
            return new Result(false, failure.getMessage(), isAboutKey(failure) ? newKey(host) : Optional.empty());
        }
        LoadReport report = result.report().get();
        return new Result(
                true,
                Messages.ProbeConnectionTest_answers(
                        host.name(),
                        Numbers.print(report.loadAverage().load1()),
                        Numbers.print(report.cores()),
                        Durations.print(result.took())),
                Optional.empty());
    }

    private static boolean isAboutKey(LoadshareException failure) {
        return failure instanceof TransportException transport
                && transport.reason() == TransportException.Reason.HOST_KEY;
    }

    /** The key that a host shows, and the files to which it can be added. */
    private record Shown(SshAddress address, HostKey key, KnownHosts files) {

        /** Returns the key of a host; empty if keys cannot be added. */
        static Optional<Shown> of(Host host, Settings settings, Path home) {
            HostKeyScan scan = new HostKeyScan(settings.core().ssh(), HostAccessPool.caller(), new SecureRandom());
            Deadline deadline = Deadline.after(settings.core().scan().timeout(), System::nanoTime);
            HostSettings how = scan.settings(host, deadline);
            return settings.keyStrategy()
                    .files(home, how)
                    .map(files -> new Shown(
                            how.address(),
                            scan.ask(host, files, deadline).keys().iterator().next(),
                            files));
        }

        boolean isNew() {
            return files.find(address, key).status() == KnownHosts.Status.UNKNOWN;
        }
    }

    private static Optional<Shown> shown(Host host) {
        return Shown.of(
                host,
                LoadshareService.get().settings(),
                Jenkins.get().getRootDir().toPath());
    }

    private static Optional<HostKey> newKey(Host host) {
        try {
            return shown(host).filter(Shown::isNew).map(Shown::key);
        } catch (LoadshareException e) {
            return Optional.empty(); // such as the unknown key of a jump host
        }
    }

    @Override
    public Result accept(Host host, Optional<String> credentialsId, String fingerprint) {
        try {
            Optional<Shown> compared = shown(host)
                    .filter(Shown::isNew)
                    .filter(offered -> offered.key().fingerprint().equals(fingerprint));
            if (compared.isEmpty()) {
                return failed(Messages.ProbeConnectionTest_otherKey(host.name(), fingerprint));
            }
            Optional<String> refusal = compared.get()
                    .files()
                    .accept(compared.get().address(), compared.get().key());
            return refusal.isPresent() ? failed(host.name() + " " + refusal.get()) : run(host, credentialsId);
        } catch (LoadshareException e) {
            return failed(e.getMessage());
        }
    }
}
