package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(core.inventory().size()).isEqualTo(37);
        assertThat(core.inventory().at(0).name().value()).isEqualTo("l01");
        Host big1 = core.inventory().find(new HostName("big1")).orElseThrow();
        assertThat(big1.address()).isEqualTo("10.1.2.3");
        assertThat(big1.port()).isEqualTo(OptionalInt.of(22));
        assertThat(big1.user()).isEqualTo(Optional.of("imaging"));
        assertThat(big1.tags().toString()).isEqualTo("[highmemory]");
        assertThat(big1.speed()).isEqualTo(1.5);
        assertThat(core.pool("meg").hosts().size()).isEqualTo(8);
        assertThat(settings.poolUsers().get("meg").names()).isEqualTo(List.of("meg", "imaging/nightly"));
        assertThat(core.license("matlab"))
                .isEqualTo(new LicenseFeature(
                        "matlab",
                        "MATLAB",
                        8,
                        LicenseFeature.Rule.SPREAD,
                        List.of("lmutil", "lmstat", "-a", "-c", "27000@lic")));
        assertThat(core.software("spm").defaultVersion()).isEqualTo(Optional.of("spm12"));
        assertThat(core.software("spm").launchers().command().get(3)).isEqualTo("addpath('{path}'); spm('{modality}')");
        assertThat(core.softwareOf("maxfilter").name()).isEqualTo("meg");
        assertThat(core.scan()).isEqualTo(ScanSettings.DEFAULT);
        assertThat(core.placement()).isEqualTo(PlacementSettings.DEFAULT);
        assertThat(settings.credentialsId()).isEqualTo(Optional.of("imaging"));
        assertThat(settings.hostKeys().orElseThrow().getClass()).isEqualTo(KnownHosts.class);
        assertThat(settings.balancer())
                .isEqualTo(new Settings.Balancer(true, Optional.of(Label.parseExpression("linux && !gpu"))));
    }

    @Test
    void exportLoadsToTheSame(JenkinsRule j) throws Exception {
        Yaml.loadWhole(Yaml.readme());
        List<Object> before = Compared.of(Settings.current());
        String exported = Yaml.export();
        assertThat(exported).doesNotContain("FAILED TO EXPORT");
        LoadshareConfiguration.get().load(); // what an import leaves out would stay otherwise
        Yaml.load("hosts: [ { name: other } ]\npools: []\nlicenses: []\nsoftware: []\nscan: { interval: 9m }\nssh: {}");
        Yaml.loadWhole(exported);
        assertThat(Compared.of(Settings.current())).isEqualTo(before);
        assertThat(Yaml.export()).isEqualTo(exported);
    }

    @Test
    void configurationSurvivesARestart(JenkinsRule j) throws Throwable {
        Yaml.loadWhole(Yaml.readme());
        List<Object> before = Compared.of(Settings.current());
        j.restart();
        assertThat(Compared.of(Settings.current())).isEqualTo(before);
    }

    @Test
    void settingsThatTheNextYamlOmitsHaveTheirDefaults(JenkinsRule j) throws Throwable {
        Yaml.load("hosts: [ { name: tb1 } ]\npools: [ { name: vnc, hosts: tb1 } ]\n"
                + "software: [ { name: s, pool: vnc } ]\nplacement: { queryPercentage: 50 }");
        Yaml.load("hosts: [ { name: l01 } ]");
        assertThat(Settings.current().core().inventory().size()).isEqualTo(1);
        assertThat(Settings.current().core().placement().queryPercentage()).isEqualTo(100);
        assertThat(Settings.current().core().software()).isEmpty();
        assertThatThrownBy(() -> Yaml.load("scan: { timeout: 0s }\nretry: { first: 9s }"))
                .isInstanceOf(Exception.class);
        assertThat(LoadshareConfiguration.get().getHosts().get(0).getName()).isEqualTo("l01");
        assertThat(LoadshareConfiguration.get().getRetry().getFirst()).isNull();
    }

    @Test
    void jenkinsStartsWithAFileThatOmitsWhatIsStored(JenkinsRule j) throws Throwable {
        Yaml.load("hosts: [ { name: tb1 } ]\npools: [ { name: vnc, hosts: tb1 } ]");
        Path file = j.jenkins.getRootDir().toPath().resolve("jenkins.yaml");
        Files.writeString(file, "unclassified:\n  loadshare:\n    hosts: [ { name: l01 } ]\n");
        j.restart();
        assertThat(Settings.current().core().inventory().at(0).name().value()).isEqualTo("l01");
        assertThat(Settings.current().poolUsers()).isEqualTo(Map.of());
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
        assertThat(mne.setup().orElseThrow())
                .isEqualTo("export SUBJECTS_DIR=${SUBJECTS_DIR:-/imaging/subjects} ${ESCAPED}\n"
                        + "source ${MNE_ROOT}/bin/mne_setup_sh $HOME");
        assertThat(mne.launchers().command().get(1)).isEqualTo("cd ${{HOME}}; {eval}");
        assertThat(Settings.current().core().scan().check()).isEqualTo(Optional.of("test -d ${HOME}/x"));
        String exported = Yaml.export();
        Yaml.loadWhole(exported);
        assertThat(Settings.current().core().software("mne")).isEqualTo(mne);
    }

    @Test
    void nothingConfiguredMeansDefaultsAndNoHosts(JenkinsRule j) {
        Configuration core = Settings.current().core();
        assertThat(core.inventory().size()).isEqualTo(0);
        assertThat(core.scan()).isEqualTo(ScanSettings.DEFAULT);
        assertThat(core.placement()).isEqualTo(PlacementSettings.DEFAULT);
        assertThat(Settings.current().balancer().enabled()).isFalse();
    }
}
