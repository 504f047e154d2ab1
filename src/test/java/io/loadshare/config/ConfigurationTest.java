package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.Tag;
import io.loadshare.license.LicenseFeature;
import io.loadshare.software.Launcher;
import io.loadshare.software.Program;
import io.loadshare.software.Software;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    private final Configuration configuration = Reading.configuration(Reading.resource("everything.yaml"));

    @Test
    void everySettingArrivesTyped() {
        assertThat(configuration.inventory().hosts()).hasSize(38);
        assertThat(configuration.inventory().find(new HostName("big1")))
                .contains(new Host(
                        new HostName("big1"),
                        "10.1.2.3",
                        OptionalInt.of(22),
                        Optional.of("imaging"),
                        Set.of(new Tag("highmemory")),
                        1.5,
                        false,
                        Optional.empty()));
        assertThat(configuration.inventory().find(new HostName("here"))).contains(Host.local("here"));
        assertThat(configuration.pool("meg").hosts()).hasSize(8).endsWith(new HostName("big1"));
        assertThat(configuration.licenses())
                .containsExactly(new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of()));
        assertThat(configuration.software("meg"))
                .isEqualTo(new Software(
                        "meg",
                        "meg",
                        List.of(),
                        OptionalInt.empty(),
                        List.of(),
                        Optional.empty(),
                        "fmri",
                        Launcher.Templates.NONE,
                        Stream.of("maxfilter", "mne_analyze", "mne_browse_raw", "recon-all", "tkmedit")
                                .map(Program::parse)
                                .toList(),
                        Optional.of("source /imaging/mne/bin/mne_setup_sh"),
                        "bash"));
        assertThat(configuration.software("spm").defaultVersion()).contains("spm12");
        assertThat(configuration.placement().runJobPenalty()).isEqualTo(1e-8);
        assertThat(configuration.ssh().command()).isEmpty();
        assertThat(configuration.job().nice()).containsExactly("nice");
        assertThat(configuration.agent().tls()).isEmpty();
        assertThat(configuration.state().directory()).isEqualTo(Path.of("/var/lib/loadshare"));
        assertThat(configuration.state().shared()).isTrue();
    }

    @Test
    void theTenLinesOfTheReadmeAreEnoughForASite() {
        Configuration site = Reading.configuration(Reading.readme());
        assertThat(site.inventory().hosts()).hasSize(37);
        assertThat(site.pool("vnc").hosts()).hasSize(36);
    }

    @Test
    void truthMayBeSaidAsInYaml12OrAsInSciclust() {
        for (String yes : List.of("true", "True", "TRUE", "yes", "Yes")) {
            assertThat(Reading.configuration("scan: {selfHeal: " + yes + "}")
                            .scan()
                            .selfHeal())
                    .isTrue();
        }
        for (String no : List.of("false", "no", "NO")) {
            assertThat(Reading.configuration("job: {useCurrentDirectory: " + no + "}")
                            .job()
                            .useCurrentDirectory())
                    .isFalse();
        }
    }

    @Test
    void wordsThatYamlTakesForOtherThingsAreNames() {
        Configuration odd = Reading.configuration("hosts: [{name: no}, {name: 0x10}, {name: null}, {name: 1e3}]");
        assertThat(odd.inventory().hosts().stream().map(host -> host.name().value()))
                .containsExactly("no", "0x10", "null", "1e3");
    }

    @Test
    void softwareNeedsOneOrSeveralLicenses() {
        Configuration lab = Reading.configuration(
                """
                licenses:
                  - { name: matlab, process: MATLAB, perUser: 8 }
                  - { name: statistics, feature: Statistics_Toolbox, perUser: 4, rule: save }
                pools: [ { name: all, hosts: here } ]
                hosts: [ { name: here, local: true } ]
                software:
                  - { name: one, pool: all, license: matlab }
                  - { name: two, pool: all, licenses: [matlab, statistics] }
                  - { name: both, pool: all, licenses: [statistics, matlab], license: matlab }
                """);

        assertThat(lab.software().stream().map(Software::licenses))
                .containsExactly(List.of("matlab"), List.of("matlab", "statistics"), List.of("statistics", "matlab"));
        assertThat(lab.license("statistics"))
                .isEqualTo(new LicenseFeature(
                        "statistics",
                        Optional.empty(),
                        "Statistics_Toolbox",
                        4,
                        LicenseFeature.Rule.SAVE,
                        List.of(),
                        Optional.empty()));
    }

    @Test
    void anchorsAndAliasesWork() {
        Configuration twins = Reading.configuration(
                "licenses:\n - {name: a, process: p, perUser: &n 3}\n - {name: b, process: q, perUser: *n}\n");
        assertThat(twins.licenses().stream().map(LicenseFeature::perUser)).containsExactly(3, 3);
    }

    @Test
    void tlsIsAMappingOfFiles() {
        Configuration tls = Reading.configuration("agent: {tls: {certificate: /c.pem, key: /k.pem}}");
        assertThat(tls.agent().tls().get().key()).isEqualTo(Path.of("/k.pem"));
        assertThat(tls.agent().tls().get().authority()).isEmpty();
    }

    @Test
    void lookUpsNameTheNearest() {
        assertThatThrownBy(() -> configuration.pool("vcn"))
                .hasMessage("unknown pool 'vcn'; did you mean 'vnc'? (configured: vnc, meg)");
        assertThatThrownBy(() -> configuration.software("smp"))
                .hasMessage("unknown software 'smp'; did you mean 'spm'? (configured: spm, meg, mce)");
        assertThatThrownBy(() -> configuration.license("octave"))
                .hasMessage("unknown license 'octave' (configured: matlab)");
        assertThat(configuration.softwareOf("tkmedit")).isEqualTo(configuration.software("meg"));
        assertThatThrownBy(() -> configuration.softwareOf("maxfiltr"))
                .hasMessageContaining("unknown command 'maxfiltr'; did you mean 'maxfilter'? (configured: ");
    }

    @Test
    void theExampleOfAnImagingLabIsWithoutProblemAndSaysWhatItPromises() throws IOException {
        LoadedConfiguration loaded =
                ConfigurationLoader.check("imaging-lab.yaml", Files.readString(Path.of("contrib/imaging-lab.yaml")));

        assertThat(loaded.warnings()).isEmpty();
        Configuration lab = loaded.configuration();
        assertThat(lab.inventory().hosts()).hasSize(36);
        assertThat(lab.software("spm").versions())
                .extracting(Software.Version::name)
                .containsExactly("spm5", "spm8", "spm12");
        assertThat(List.of("recon-all", "mne_analyze", "maxfilter"))
                .allSatisfy(command -> assertThat(lab.softwareOf(command)).isNotNull());
        assertThat(lab.softwareOf("mce").licenses()).containsExactly("matlab");
    }
}
