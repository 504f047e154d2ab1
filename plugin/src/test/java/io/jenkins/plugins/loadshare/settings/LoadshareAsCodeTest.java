package io.jenkins.plugins.loadshare.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.model.Label;
import io.loadshare.config.Configuration;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.license.LicenseFeature;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.ScanSettings;
import io.loadshare.software.Software;
import io.loadshare.transport.openssh.KnownHosts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class LoadshareAsCodeTest {

    @Test
    void readmeExampleArrivesTyped(JenkinsRule j) throws Exception {
        Yaml.loadWhole(Yaml.readme());
        Settings settings = Settings.current();
        Configuration core = settings.core();
        assertEquals(37, core.inventory().size());
        assertEquals("l01", core.inventory().at(0).name().value());
        Host big1 = core.inventory().find(new HostName("big1")).orElseThrow();
        assertEquals("10.1.2.3", big1.address());
        assertEquals(OptionalInt.of(22), big1.port());
        assertEquals(Optional.of("imaging"), big1.user());
        assertEquals("[highmemory]", big1.tags().toString());
        assertEquals(1.5, big1.speed());
        assertEquals(8, core.pool("meg").hosts().size());
        assertEquals(
                List.of("meg", "imaging/nightly"),
                settings.poolUsers().get("meg").names());
        assertEquals(
                new LicenseFeature(
                        "matlab",
                        "MATLAB",
                        8,
                        LicenseFeature.Rule.SPREAD,
                        List.of("lmutil", "lmstat", "-a", "-c", "27000@lic")),
                core.license("matlab"));
        assertEquals(Optional.of("spm12"), core.software("spm").defaultVersion());
        assertEquals(
                "addpath('{path}'); spm('{modality}')",
                core.software("spm").launchers().command().get(3));
        assertEquals("meg", core.softwareOf("maxfilter").name());
        assertEquals(ScanSettings.DEFAULT, core.scan());
        assertEquals(PlacementSettings.DEFAULT, core.placement());
        assertEquals(Optional.of("imaging"), settings.credentialsId());
        assertEquals(KnownHosts.class, settings.hostKeys().getClass());
        assertEquals(
                new Settings.Balancer(true, Optional.of(Label.parseExpression("linux && !gpu"))), settings.balancer());
    }

    @Test
    void exportLoadsToTheSame(JenkinsRule j) throws Exception {
        Yaml.loadWhole(Yaml.readme());
        List<Object> before = Compared.of(Settings.current());
        String exported = Yaml.export();
        assertFalse(exported.contains("FAILED TO EXPORT"), exported);
        LoadshareConfiguration.get().load(); // what an import leaves out would stay otherwise
        Yaml.load("hosts: [ { name: other } ]\npools: []\nlicenses: []\nsoftware: []\nscan: { interval: 9m }\nssh: {}");
        Yaml.loadWhole(exported);
        assertEquals(before, Compared.of(Settings.current()));
        assertEquals(exported, Yaml.export());
    }

    @Test
    void configurationSurvivesARestart(JenkinsRule j) throws Throwable {
        Yaml.loadWhole(Yaml.readme());
        List<Object> before = Compared.of(Settings.current());
        j.restart();
        assertEquals(before, Compared.of(Settings.current()));
    }

    @Test
    void settingsThatTheNextYamlOmitsHaveTheirDefaults(JenkinsRule j) throws Throwable {
        Yaml.load("hosts: [ { name: tb1 } ]\npools: [ { name: vnc, hosts: tb1 } ]\n"
                + "software: [ { name: s, pool: vnc } ]\nplacement: { queryPercentage: 50 }");
        Yaml.load("hosts: [ { name: l01 } ]");
        assertEquals(1, Settings.current().core().inventory().size());
        assertEquals(100, Settings.current().core().placement().queryPercentage());
        assertEquals(List.of(), Settings.current().core().software());
        assertThrows(Exception.class, () -> Yaml.load("scan: { timeout: 0s }\nretry: { first: 9s }"));
        assertEquals("l01", LoadshareConfiguration.get().getHosts().get(0).getName());
        assertNull(LoadshareConfiguration.get().getRetry().getFirst());
    }

    @Test
    void jenkinsStartsWithAFileThatOmitsWhatIsStored(JenkinsRule j) throws Throwable {
        Yaml.load("hosts: [ { name: tb1 } ]\npools: [ { name: vnc, hosts: tb1 } ]");
        Path file = j.jenkins.getRootDir().toPath().resolve("jenkins.yaml");
        Files.writeString(file, "unclassified:\n  loadshare:\n    hosts: [ { name: l01 } ]\n");
        j.restart();
        assertEquals("l01", Settings.current().core().inventory().at(0).name().value());
        assertEquals(Map.of(), Settings.current().poolUsers());
    }

    @Test
    void shellVariablesInShellTextAreKept(JenkinsRule j) throws Exception {
        String yaml = """
            hosts: [ { name: "${NO_SUCH_VARIABLE:-l09}" } ]
            pools: [ { name: meg, hosts: l09 } ]
            scan: { check: "test -d ${HOME}/x" }
            software:
              - name: mne
                pool: meg
                command: [ matlab, "cd ${{HOME}}; {eval}" ]
                setup: |
                  export SUBJECTS_DIR=${SUBJECTS_DIR:-/imaging/subjects} ^${ESCAPED}
                  source ${MNE_ROOT}/bin/mne_setup_sh $HOME
            """;
        Yaml.load(yaml);
        Software mne = Settings.current().core().software("mne");
        assertEquals(
                "export SUBJECTS_DIR=${SUBJECTS_DIR:-/imaging/subjects} ${ESCAPED}\n"
                        + "source ${MNE_ROOT}/bin/mne_setup_sh $HOME",
                mne.setup().orElseThrow());
        assertEquals("cd ${{HOME}}; {eval}", mne.launchers().command().get(1));
        assertEquals(
                Optional.of("test -d ${HOME}/x"),
                Settings.current().core().scan().check());
        String exported = Yaml.export();
        Yaml.loadWhole(exported);
        assertEquals(mne, Settings.current().core().software("mne"));
    }

    @Test
    void nothingConfiguredMeansDefaultsAndNoHosts(JenkinsRule j) {
        Configuration core = Settings.current().core();
        assertEquals(0, core.inventory().size());
        assertEquals(ScanSettings.DEFAULT, core.scan());
        assertEquals(PlacementSettings.DEFAULT, core.placement());
        assertFalse(Settings.current().balancer().enabled());
    }
}
