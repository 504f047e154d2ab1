package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launchers of software, on this machine. */
class LocalLaunchTest {

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeEach
    void setUp() {
        loadshare = new Program(home)
                .configure(
                        """
                hosts:
                  - { name: here, local: true, tags: [highmemory] }
                pools:
                  - { name: vnc, hosts: here }
                licenses:
                  - { name: matlab, process: MATLAB, perUser: 2, rule: spread }
                software:
                  - name: spm
                    pool: vnc
                    license: matlab
                    versions: [ { name: spm8, path: /imaging/spm8 }, { name: spm12, path: /imaging/spm12 } ]
                    default: spm12
                    command: [printf, "%s|", "addpath({path:m}); spm('{modality}')"]
                    worker: [printf, "%s|", "{title}", "{eval}"]
                  - name: meg
                    pool: vnc
                    commands: [printenv]
                    setup: "export MNE=/imaging/mne"
                """);
    }

    @Test
    void theLineOfAutomaticAnalysisWorks() {
        Program.Result result = loadshare.runAs(
                "spm", "title:aaworker1", "highmemory", "workerdesktop", "fmri", "cd /x; aaworker(1) % 'q' \"r\"");

        assertThat(result).isEqualTo(new Program.Result(0, "aaworker1|cd /x; aaworker(1) % 'q' \"r\"|", ""));
    }

    @Test
    void spmStartsItsDefaultVersion() {
        assertThat(loadshare.run("spm").out()).isEqualTo("addpath('/imaging/spm12'); spm('fmri')|");
        assertThat(loadshare.run("spm", "eeg", "spm8").out()).isEqualTo("addpath('/imaging/spm8'); spm('eeg')|");
    }

    @Test
    void anUnknownWordIsRefusedWithTheNearestOne() {
        Program.Result result = loadshare.run("spm", "spm5");

        assertThat(result.status()).as(result.toString()).isEqualTo(64);
        assertThat(result.err())
                .startsWith("loadshare: ")
                .contains("unknown version 'spm5'; did you mean 'spm8'? (configured: spm8, spm12)");
    }

    @Test
    void aProgramOfTheCatalogueRunsAfterItsSetup() {
        assertThat(loadshare.run("launch", "printenv", "MNE").out()).isEqualTo("/imaging/mne\n");
        assertThat(loadshare.runAs("runmne", "printenv", "MNE").out()).isEqualTo("/imaging/mne\n");
        assertThat(loadshare.runAs("printenv", "MNE").out()).isEqualTo("/imaging/mne\n");
        assertThat(loadshare.runAs("bestmegmachine").out()).isEqualTo("here\n");
    }

    @Test
    void jobsThatNeedALicenseAreCountedUntilTheyEnd() {
        String first = detachLicensed();
        detachLicensed();

        assertThat(loadshare.run("licenses").out())
                .containsPattern("matlab +\\S+ +here +2")
                .contains("2 of 2");
        // Two jobs are at the limit; a third may still go where the user has one.
        assertThat(loadshare
                        .run("run", "--license", "matlab", "--no-wait", "true")
                        .status())
                .isZero();
        loadshare.run("kill", "--grace", "1s", first);
        assertThat(loadshare.run("licenses").out()).containsPattern("matlab +\\S+ +here +1");
    }

    @Test
    void licensesShowTheServersTotalsAndHoldersAsTextAndJson() throws Exception {
        Path answer = Path.of(getClass()
                .getResource("/io/loadshare/dispatch/lmstat-busy-day.txt")
                .toURI());
        loadshare.configure(
                """
                hosts: [ { name: here, local: true } ]
                licenses:
                  - { name: MATLAB, process: MATLAB, perUser: 8, rule: spread, server: [cat, "%s"] }
                """
                        .formatted(answer));

        assertThat(loadshare.run("licenses").out())
                .containsPattern("MATLAB +Jane Doe +PC-17 +- +- +server")
                .contains(
                        "server: 12 of 12 in use, with 2 reservations for GROUP teaching and 1 reservation for HOST l07");
        assertThat(loadshare.run("licenses", "--json").out()).contains("\"Jane Doe\"", "\"issued\" : 12");
        assertThat(loadshare
                        .run("run", "--license", "MATLAB", "--no-wait", "true")
                        .err())
                .contains("12 of 12 in use, with 2 reservations for GROUP teaching");
    }

    private String detachLicensed() {
        Program.Result result = loadshare.run("run", "--detach", "--license", "matlab", "sleep", "60");
        assertThat(result.status()).as(result.toString()).isZero();
        return result.out().strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sleep, 60 | 'sleep' did not end within 10s",
                "true | it printed nothing about matlab",
                "echo, Utilisateurs de MATLAB 5 licences sur 34 | it does not list matlab: 'Utilisateurs de MATLAB 5 licences",
                "no-such-lmutil | no-such-lmutil",
            })
    void withoutAClearWordOfTheLicenseServerALaunchIsRefusedAndSaysWhy(String server, String words) {
        loadshare.configure(
                """
                hosts: [ { name: here, local: true } ]
                pools: [ { name: vnc, hosts: here } ]
                licenses:
                  - { name: matlab, process: MATLAB, perUser: 2, rule: spread, server: [%s] }
                software:
                  - { name: meg, pool: vnc, license: matlab, commands: [echo] }
                """
                        .formatted(server));

        Program.Result result = loadshare.run("launch", "--no-wait", "echo", "started");

        assertThat(result.status()).as(result.toString()).isEqualTo(75);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("loadshare: ").contains("license server gave no answer", words);
        assertThat(loadshare.run("licenses").out())
                .contains("server: not known (")
                .contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spm spm8 spm12 | 64 | only one version can be given, found 'spm8' and 'spm12'",
                "spm disp(1) fmri | 64 | unknown word 'disp(1)'",
                "spm title:a title:b | 64 | only one title",
                "spm highmemry | 64 | did you mean 'highmemory'?",
                "launch printen | 64 | printen",
            })
    void wordsThatMakeNoSenseStartNothing(String words, int status, String message) {
        Program.Result result = loadshare.run(words.split(" "));

        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("loadshare: ").contains(message);
        assertThat(loadshare.run("history").out().lines().skip(1)).isEmpty();
    }

    @Test
    void aTemplateWithAnUnknownPlaceholderIsToldAtItsPlace() {
        loadshare.configure(
                """
                software:
                  - name: spm
                    pool: vnc
                    command: [matlab, -r, "addpath('{pth}')"]
                """);

        Program.Result result = loadshare.run("spm");

        assertThat(result.status()).as(result.toString()).isEqualTo(78);
        assertThat(result.err()).contains("config.yaml:4:27", "unknown placeholder '{pth}'; did you mean 'path'?");
    }

    @Test
    void insideAJobALinkStandsForTheNextProgramOfThatName() throws Exception {
        Path program = Path.of("src/dist/bin/loadshare").toAbsolutePath();
        Path links = Files.createDirectory(home.resolve("links"));
        Path programs = Files.createDirectory(home.resolve("programs"));
        Path link = Files.createSymbolicLink(links.resolve("maxfilter"), program);
        Path real = Files.writeString(programs.resolve("maxfilter"), "#!/bin/sh\necho the program itself: \"$@\"\n");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwxr-xr-x"));
        String path = links + ":" + programs + ":" + System.getenv("PATH");

        assertThat(runLink(link, path, "a b")).isEqualTo("the program itself: a b\n");

        Files.delete(real);
        assertThat(runLink(link, path, "a b")).contains("no program 'maxfilter' in PATH besides the link");
    }

    private static String runLink(Path link, String path, String argument) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(link.toString(), argument)).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PATH", path, "LOADSHARE_JOB", "0job"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** Configures a stand-in for Matlab, which runs its command as a shell script. */
    private void configureMatlab() {
        loadshare.configure(
                """
                hosts: [ { name: here, local: true } ]
                pools: [ { name: vnc, hosts: here } ]
                software: [ { name: spm, pool: vnc, batch: [sh, -c, "{eval}"] } ]
                retry: { first: 1s }
                """);
    }

    @Test
    void aJobWithoutALicenseIsRunAgainLater() {
        configureMatlab();
        String matlab = "cd " + home + "; echo try >> tries; [ $(wc -l < tries) = 3 ] && exec cat;"
                + " echo License checkout failed. >&2; echo License Manager Error -4; exit 1";

        Program.Result given = loadshare.runWithInput("input", "spm", "--retry-license", "2", "batch", matlab);
        assertThat(given.status()).as(given.toString()).isZero();
        assertThat(given.out())
                .as("without input, which the first try may have read")
                .isEqualTo("License Manager Error -4\nLicense Manager Error -4\n");
        assertThat(given.err())
                .containsPattern(
                        "loadshare: job \\S+ on here got no license: License Manager Error -4, all seats are in"
                                + " use; trying again in 1s \\(retry 1 of 2\\)")
                .contains("; trying again in 2s (retry 2 of 2)");
    }

    @Test
    void aJobIsNotRunAgainAfterTheLastRetryOrALastingError() throws Exception {
        configureMatlab();
        Program.Result last =
                loadshare.run("run", "--retry-license", "1", "--", "sh", "-c", "echo License checkout failed.; exit 3");
        assertThat(last.status()).isEqualTo(3);
        assertThat(last.err().lines()).hasSize(2).last().asString().endsWith("on here got no license");

        Program.Result lasting =
                loadshare.run("run", "--retry-license", "9", "--", "sh", "-c", "echo License Manager Error -5; exit 1");
        assertThat(lasting.status()).isEqualTo(1);
        assertThat(lasting.err().lines())
                .singleElement()
                .asString()
                .endsWith("got no license: License Manager Error -5, which does not pass by itself");

        Program.Result killed = loadshare.run(
                "run", "--retry-license", "9", "--", "sh", "-c", "echo License Manager Error -4; kill -TERM $$");
        assertThat(killed.status()).isEqualTo(143);
        assertThat(killed.err()).as("somebody ended it").doesNotContain("license");

        assertThat(loadshare.run("run", "--", "echo", "License checkout failed").err())
                .as("it ended well")
                .isEmpty();
        assertThat(loadshare.run("run", "--retry-license", "1", "--detach", "--", "true"))
                .extracting(Program.Result::status)
                .isEqualTo(64);
    }
}
