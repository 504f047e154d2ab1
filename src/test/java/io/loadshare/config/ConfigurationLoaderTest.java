package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.ScanSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationLoaderTest {

    @TempDir
    Path directory;

    private Path machineFile;
    private Path userFile;
    private final Map<String, String> variables = new HashMap<>();
    private Optional<Path> namedFile = Optional.empty();
    private int owner;

    @BeforeEach
    void places() throws IOException {
        machineFile = directory.resolve("etc/config.yaml");
        userFile = directory.resolve("home/.config/loadshare/config.yaml");
        Files.createDirectories(machineFile.getParent());
        Files.createDirectories(userFile.getParent());
        owner = (Integer) Files.getAttribute(directory, "unix:uid");
    }

    private LoadedConfiguration load() {
        return new ConfigurationLoader(new ConfigurationEnvironment(
                        machineFile, owner, namedFile, variables, directory.resolve("home"), "here"))
                .load();
    }

    private Path write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    @Test
    void withoutAnyFileThisMachineIsTheOnlyHostAndInEveryPool() {
        Configuration configuration = load().configuration();
        assertThat(configuration.inventory().hosts()).containsExactly(Host.local("here"));
        assertThat(configuration.pool("whatever").hosts())
                .containsExactly(Host.local("here").name());
        assertThat(configuration.scan()).isEqualTo(ScanSettings.DEFAULT);
        assertThat(configuration.placement()).isEqualTo(PlacementSettings.DEFAULT);
        assertThat(configuration.state().directory()).isEqualTo(directory.resolve("home/.local/state/loadshare"));
        assertThat(configuration.state().shared()).isFalse();
        assertThat(load().warnings()).isEmpty();
    }

    @Test
    void aFileWithHostsEndsTheReignOfAnyPool() throws IOException {
        write(userFile, "hosts: [{name: a}]");
        assertThatThrownBy(() -> load().configuration().pool("whatever"))
                .isInstanceOfSatisfying(
                        LoadshareException.class, e -> assertThat(e.kind()).isEqualTo(LoadshareException.Kind.USAGE))
                .hasMessage("unknown pool 'whatever': no pool is configured");
    }

    /** The user's file goes over the machine's, key by key; a list is one value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            scan: {timeout: 7s}            | scan: {interval: 1m}            | timeout 7s, interval 1m, hosts here
            scan: {timeout: 7s}            | scan: {timeout: 8s}             | timeout 8s, interval 5m, hosts here
            scan: {timeout: 7s}            | 'scan:'                         | timeout 7s, interval 5m, hosts here
            hosts: [{name: a}, {name: b}]  | hosts: [{name: c}]              | timeout 10s, interval 5m, hosts c
            hosts: [{name: a}, {name: b}]  | scan: {timeout: 1s}             | timeout 1s, interval 5m, hosts a b
            {hosts: [{name: a}], locked: [hosts]}                       | hosts: [{name: c}]   | timeout 10s, interval 5m, hosts a
            {scan: {timeout: 7s}, locked: [scan]}                       | scan: {interval: 1m} | timeout 7s, interval 5m, hosts here
            {scan: {timeout: 7s}, locked: [scan.timeout]}               | scan: {timeout: 9s, interval: 1m} | timeout 7s, interval 1m, hosts here
            {locked: [scan.timeout]}                                    | scan: {timeout: 9s}  | timeout 10s, interval 5m, hosts here
            {scan: {timeout: 7s}, locked: [scan]}                       | scan: nonsense       | timeout 7s, interval 5m, hosts here
            """)
    void filesMergeKeyByKeyUnlessLocked(String machine, String user, String expected) throws IOException {
        write(machineFile, machine);
        write(userFile, user);
        Configuration configuration = load().configuration();
        List<String> hosts = configuration.inventory().hosts().stream()
                .map(host -> host.name().value())
                .toList();
        assertThat("timeout " + configuration.scan().timeout().toSeconds() + "s, interval "
                        + configuration.scan().interval().toMinutes() + "m, hosts " + String.join(" ", hosts))
                .isEqualTo(expected);
    }

    @Test
    void whoWritesWhatIsLockedIsWarned() throws IOException {
        write(machineFile, "locked: [licenses, agent, placement.maxRuns]\nplacement: {maxRuns: 5}\n");
        write(userFile, "agent:\n  port: 1\nplacement:\n  minQueries: 2\n  maxRuns: 9\n");
        assertThat(load().configuration().placement().maxRuns()).isEqualTo(5);
        assertThat(load().configuration().placement().minQueries()).isEqualTo(2);
        assertThat(load().configuration().agent().port()).isEqualTo(9414);
        assertThat(load().warnings().stream().map(Problem::toString))
                .containsExactly(
                        userFile + ":1:1: agent is locked by the machine's configuration: ignored",
                        userFile + ":5:3: placement.maxRuns is locked by the machine's configuration: ignored");
    }

    @Test
    void onlyTheMachinesFileLocks() throws IOException {
        write(userFile, "locked: [scan]\n");
        assertThatThrownBy(this::load)
                .hasMessage(userFile + ":1:1: locked is allowed only in the machine's configuration");
    }

    @Test
    void aReferenceBrokenByAnotherFileTellsWhereTheListIs() throws IOException {
        write(machineFile, "hosts: [{name: a}]\npools: [{name: p, hosts: a}]\nsoftware: [{name: s, pool: p}]\n");
        write(userFile, "\nhosts: [{name: b}]\npools: [{name: q, hosts: b}]\n");
        assertThatThrownBy(this::load)
                .hasMessage(machineFile + ":3:28: unknown pool 'p' (pools are listed in " + userFile + ":3)");
    }

    @Test
    void aRuleBrokenByTwoFilesTogetherIsTheUsersToMend() throws IOException {
        write(machineFile, "retry: {max: 5m}\n");
        write(userFile, "retry: {min: 6m}\n");
        assertThatThrownBy(this::load).hasMessage(userFile + ":1:14: retry.max must be ≥ min (6m), was 5m");
    }

    @Test
    void problemsOfAllFilesAreReportedTheMachinesFirst() throws IOException {
        write(machineFile, "\n\nfoo: 1\n");
        write(userFile, "bar: 1\n");
        assertThatThrownBy(this::load)
                .hasMessage(machineFile + ":3:1: unknown key 'foo'\n" + userFile + ":1:1: unknown key 'bar'");
    }

    @Test
    void aMachineFileOfAnotherOwnerIsRefused() throws IOException {
        write(machineFile, "scan: {timeout: 7s}");
        int real = owner;
        owner = real + 1;
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(machineFile + ": is not trusted: it must belong to user " + owner + ", but belongs to user "
                        + real + "; run: chown " + owner + " " + machineFile);
    }

    @ParameterizedTest
    @CsvSource({"rw-rw-r--, true", "rw-r--rw-, true", "rw-r--r--, false", "rw-------, false"})
    void aMachineFileThatOthersMayWriteIsRefused(String permissions, boolean refused) throws IOException {
        write(machineFile, "scan: {timeout: 7s}");
        Files.setPosixFilePermissions(machineFile, PosixFilePermissions.fromString(permissions));
        if (refused) {
            assertThatThrownBy(this::load)
                    .hasMessage(machineFile
                            + ": is not trusted: users other than its owner can write to it; run: chmod go-w "
                            + machineFile);
        } else {
            assertThat(load().configuration().scan().timeout()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void aNamedFileTakesTheUsersFilesPlaceAndMustExist() throws IOException {
        write(machineFile, "scan: {interval: 1m}");
        write(userFile, "scan: {timeout: 7s}");
        variables.put(
                "LOADSHARE_CONFIG",
                write(directory.resolve("variable.yaml"), "scan: {timeout: 8s}").toString());
        assertThat(load().configuration().scan().timeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(load().configuration().scan().interval()).isEqualTo(Duration.ofMinutes(1));
        namedFile = Optional.of(write(directory.resolve("option.yaml"), "scan: {timeout: 9s}"));
        assertThat(load().configuration().scan().timeout()).isEqualTo(Duration.ofSeconds(9));
        namedFile = Optional.of(directory.resolve("missing.yaml"));
        assertThatThrownBy(this::load).hasMessage(namedFile.get() + ": cannot be read: no such file");
        namedFile = Optional.empty();
        variables.put("LOADSHARE_CONFIG", "");
        assertThat(load().configuration().scan().timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void baseDirectoriesAreThoseOfXdgWhereAbsolute() throws IOException {
        Path config =
                Files.createDirectories(directory.resolve("xdg/loadshare")).resolve("config.yaml");
        write(config, "scan: {timeout: 8s}");
        write(userFile, "scan: {timeout: 7s}");
        variables.put("XDG_CONFIG_HOME", directory.resolve("xdg").toString());
        variables.put("XDG_STATE_HOME", "/var/state");
        assertThat(load().configuration().scan().timeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(load().configuration().state().directory()).isEqualTo(Path.of("/var/state/loadshare"));
        variables.put("XDG_CONFIG_HOME", "xdg");
        assertThat(load().configuration().scan().timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theHomeDirectoryStandsForTheTilde() throws IOException {
        write(userFile, "ssh: {identity: ~/.ssh/other, config: ~}\n");
        assertThat(load().configuration().ssh().identity()).contains(directory.resolve("home/.ssh/other"));
        assertThat(load().configuration().ssh().config()).isEqualTo(directory.resolve("home"));
    }

    @Test
    void anEmptyFileIsRefusedButOneWithCommentsSetsNothing() throws IOException {
        write(userFile, "");
        assertThatThrownBy(this::load).hasMessage(userFile + ": is empty; write settings into it, or remove it");
        write(userFile, "# nothing yet\n\n");
        assertThat(load().configuration().scan()).isEqualTo(ScanSettings.DEFAULT);
        namedFile = Optional.of(Path.of("/dev/null"));
        assertThat(load().configuration().scan()).isEqualTo(ScanSettings.DEFAULT);
    }

    @Test
    void tenMegabytesOfGarbageAreRefusedUnread() throws IOException {
        byte[] garbage = new byte[10 << 20];
        new Random(1).nextBytes(garbage);
        Files.write(userFile, garbage);
        assertThatThrownBy(this::load).hasMessage(userFile + ": is larger than 1 MiB, the limit for a configuration");
        namedFile = Optional.of(Path.of("/dev/zero"));
        assertThatThrownBy(this::load).hasMessage("/dev/zero: is larger than 1 MiB, the limit for a configuration");
    }

    @Test
    void whatIsNoTextIsRefusedWithItsPlace() throws IOException {
        Files.write(userFile, new byte[] {'a', ':', '\n', 'b', (byte) 0xff});
        assertThatThrownBy(this::load).hasMessage(userFile + ":2:2: is not UTF-8 text: byte 0xff at offset 4");
        Files.write(userFile, new byte[] {'a', ':', '\n', 0});
        assertThatThrownBy(this::load).hasMessage(userFile + ":2:1: is not text: character '\\u0000'");
        Files.write(userFile, new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 's', 's', 'g', ':'});
        assertThatThrownBy(this::load).hasMessage(userFile + ":1:1: unknown key 'ssg'; did you mean 'ssh'?");
    }

    @Test
    void aDirectoryIsNoFile() {
        namedFile = Optional.of(directory);
        assertThatThrownBy(this::load).hasMessage(directory + ": cannot be read: Is a directory");
    }

    @Test
    void aFileOneMayNotReadIsRefused() throws IOException {
        write(userFile, "scan: {}");
        Files.setPosixFilePermissions(userFile, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(userFile), "needs a user whom permissions bind, not root");
        assertThatThrownBy(this::load).hasMessage(userFile + ": cannot be read: permission denied");
    }
}
