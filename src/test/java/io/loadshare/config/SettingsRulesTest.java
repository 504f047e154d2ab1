package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QuerySettings;
import io.loadshare.desktop.DesktopSettings;
import io.loadshare.dispatch.RetrySettings;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.Pool;
import io.loadshare.job.JobSettings;
import io.loadshare.license.LicenseFeature;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.ScanSettings;
import io.loadshare.software.Launcher;
import io.loadshare.software.Program;
import io.loadshare.software.Software;
import io.loadshare.store.StateSettings;
import io.loadshare.transport.SshSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What settings refuse that no file was read for: the Jenkins plugin relies on it. */
class SettingsRulesTest {

    private static final HostName L01 = new HostName("l01");
    private static final LicenseFeature MATLAB =
            new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of());

    @Test
    void addressAndUserAreNoOptionsOfAnotherProgram() {
        refused(
                "address of host l01 must be one word that does not begin with '-', was '-F/x'",
                () -> host("-F/x", "u"));
        refused("user of host l01 must be one word that does not begin with '-', was 'a b'", () -> host("a", "a b"));
    }

    @Test
    void namesAreWords() {
        refused("name of a pool must be letters", () -> new Pool("a b", List.of(L01)));
        refused(
                "name of a license must be letters",
                () -> new LicenseFeature("-a", "A", 1, LicenseFeature.Rule.SAVE, List.of()));
        refused(
                "process of license 'a' must name a program, was '\\n'",
                () -> new LicenseFeature("a", "\n", 1, LicenseFeature.Rule.SAVE, List.of()));
        refused("name of a software must be letters", () -> software("", "p", List.of(), List.of()));
    }

    @Test
    void softwareIsWhole() {
        refused(
                "version 'v' of software 's' is listed twice",
                () -> software(
                        "s",
                        "p",
                        List.of(),
                        List.of(),
                        new Software.Version("v", "/1"),
                        new Software.Version("v", "/2")));
        refused("unknown placeholder '{pth}'", () -> software("s", "p", List.of("{pth}"), List.of()));
        refused("a command must be the name of a program", () -> software("s", "p", List.of(), List.of("/bin/x")));
    }

    @Test
    void namesInAConfigurationAreKnownAndDistinct() {
        Software spm = software("spm", "vnc", List.of(), List.of("spm"));
        refused(
                "software 'x': unknown pool 'vnk'; did you mean 'vnc'? (configured: vnc)",
                () -> configuration(List.of(MATLAB), software("x", "vnk", List.of(), List.of())));
        refused("software 'spm' is listed twice", () -> configuration(List.of(), spm, spm));
        refused("license 'matlab' is listed twice", () -> configuration(List.of(MATLAB, MATLAB)));
        refused(
                "command 'spm' is listed twice",
                () -> configuration(List.of(), spm, software("y", "vnc", List.of(), List.of("spm"))));
        Software licensed = new Software(
                "z",
                "vnc",
                List.of("matlap"),
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                "fmri",
                Launcher.Templates.NONE,
                List.of(),
                Optional.empty(),
                "sh");
        refused(
                "software 'z': unknown license 'matlap'; did you mean 'matlab'?",
                () -> configuration(List.of(MATLAB), licensed));
    }

    private static void refused(String message, ThrowingCallable code) {
        assertThatIllegalArgumentException().isThrownBy(code).withMessageContaining(message);
    }

    private static Host host(String address, String user) {
        return new Host(L01, address, OptionalInt.empty(), Optional.of(user), Set.of(), 1, false, Optional.empty());
    }

    private static Software software(
            String name, String pool, List<String> command, List<String> commands, Software.Version... versions) {
        return new Software(
                name,
                pool,
                List.of(),
                OptionalInt.empty(),
                List.of(versions),
                Optional.empty(),
                "fmri",
                new Launcher.Templates(command, List.of(), List.of()),
                commands.stream().map(Program::parse).toList(),
                Optional.empty(),
                "bash");
    }

    private static Configuration configuration(List<LicenseFeature> licenses, Software... software) {
        return new Configuration(
                new HostInventory(List.of(Host.named("l01")), List.of(new Pool("vnc", List.of(L01)))),
                false,
                licenses,
                List.of(software),
                ScanSettings.DEFAULT,
                PlacementSettings.DEFAULT,
                RetrySettings.DEFAULT,
                QuerySettings.DEFAULT,
                new SshSettings(Path.of("/c"), Path.of("/k"), Optional.empty(), List.of()),
                JobSettings.DEFAULT,
                DesktopSettings.DEFAULT,
                AgentSettings.DEFAULT,
                new StateSettings(Path.of("/s"), false));
    }
}
