package io.loadshare.store;

import static io.loadshare.store.Results.ALICE;
import static io.loadshare.store.Results.answer;
import static io.loadshare.store.Results.at;
import static io.loadshare.store.Results.failure;
import static io.loadshare.store.Results.inventory;
import static io.loadshare.store.Results.report;
import static io.loadshare.store.Results.scan;
import static io.loadshare.store.Results.shared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.Drain;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {

    private static final HostName H1 = new HostName("h1");

    @TempDir
    Path temporary;

    private final List<String> warnings = new ArrayList<>();
    private Path path;
    private StateDirectory state;

    @BeforeEach
    void open() {
        path = temporary.resolve("a/state");
        state = StateDirectory.open(new StateSettings(path, false), warnings::add);
    }

    private void publish(ScanResult result) {
        state.publish(shared(result), ALICE, result.endedAt());
    }

    private HostStatus status(String host) {
        return state.board(inventory(3), ALICE).of(new HostName(host));
    }

    private static HostStatus.ScanFailure failed(String reason, double since, double at) {
        return new HostStatus.ScanFailure(
                reason, at(since), at(at), LoadshareException.Kind.UNAVAILABLE, Optional.of(ALICE), false);
    }

    @Test
    void nothingIsKnownAndNothingIsMadeBeforeTheFirstScan() {
        assertThat(status("h1")).isEqualTo(HostStatus.UNKNOWN);
        assertThat(path).doesNotExist();
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatAScanFoundIsOnTheBoard() {
        publish(scan(answer("h1", 0, 1.5), failure("h2", 1, "h2 did not answer")));
        LoadBoard board = state.board(inventory(3), ALICE);
        assertThat(board.at(0)).isEqualTo(HostStatus.of(report("h1", 0, 1.5)));
        assertThat(board.at(1).report()).isEmpty();
        assertThat(board.at(1).failure()).hasValue(failed("h2 did not answer", 1, 1));
        assertThat(board.at(2)).isEqualTo(HostStatus.UNKNOWN);
        assertThat(warnings).isEmpty();
    }

    @Test
    void theBoardIsTheSameObjectUntilThereIsNews() {
        HostInventory inventory = inventory(3);
        publish(scan(answer("h1", 0, 1)));
        StateDirectory other = StateDirectory.open(new StateSettings(path, false), warnings::add);

        LoadBoard first = state.board(inventory, ALICE);
        assertThat(state.board(inventory, ALICE)).isSameAs(first);
        assertThat(state.board(inventory(3), ALICE)).as("of another inventory").isNotSameAs(first);

        other.publish(shared(scan(answer("h1", 1, 2))), ALICE, at(1));
        LoadBoard second = state.board(inventory, ALICE);
        assertThat(second.of(new HostName("h1"))
                        .report()
                        .orElseThrow()
                        .loadAverage()
                        .load1())
                .isEqualTo(2);
        assertThat(state.board(inventory, ALICE)).isSameAs(second);

        other.drain(new HostName("h2"), "disks", "root", at(2));
        LoadBoard third = state.board(inventory, ALICE);
        assertThat(third.of(new HostName("h2")).drain()).isPresent();
        assertThat(state.board(inventory, ALICE)).isSameAs(third);
    }

    @Test
    void aScanOfSomeHostsKeepsWhatIsKnownOfTheOthers() {
        publish(scan(answer("h1", 0, 1), answer("h2", 0, 2)));
        publish(scan(answer("h2", 60, 3)));
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        assertThat(status("h2").report()).hasValue(report("h2", 60, 3));
    }

    @Test
    void aHostThatFailsKeepsItsReportAndSinceWhenItFails() {
        publish(scan(answer("h1", 0, 1)));
        publish(scan(failure("h1", 60, "refused")));
        publish(scan(failure("h1", 120, "timed out")));
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        assertThat(status("h1").failure()).hasValue(failed("timed out", 60, 120));
        publish(scan(answer("h1", 180, 2)));
        assertThat(status("h1")).isEqualTo(HostStatus.of(report("h1", 180, 2)));
    }

    @Test
    void whatIsOlderNeverReplacesWhatIsNewer() {
        publish(scan(answer("h1", 60, 6), failure("h2", 60, "refused"), answer("h3", 60, 6)));
        state.publish(shared(scan(answer("h1", 30, 3), answer("h2", 30, 3), failure("h3", 30, "late"))), ALICE, at(61));
        assertThat(status("h1")).isEqualTo(HostStatus.of(report("h1", 60, 6)));
        assertThat(status("h2").report()).hasValue(report("h2", 30, 3));
        assertThat(status("h2").failure()).hasValue(failed("refused", 60, 60));
        assertThat(status("h3")).isEqualTo(HostStatus.of(report("h3", 60, 6)));
        assertThat(path.resolve("reports/h1")).content().contains("load1=6\n");
    }

    @Test
    void aReportFromTheFutureBlocksNoLaterOne() {
        publish(scan(answer("h1", 3600, 6)));
        publish(scan(answer("h1", 0, 1)));
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
    }

    @Test
    void everyHostHasItsReportInAFileOfItsOwn() throws IOException {
        publish(scan(answer("h1", 0, 1), answer("h2", 0, 2), failure("h3", 0, "refused")));
        assertThat(path.resolve("reports").toFile().list()).containsExactlyInAnyOrder("h1", "h2");
        assertThat(path.resolve("reports/h2")).content().startsWith("loadshare-report=1\nhost=h2\n");
    }

    @Test
    void nothingInAPrivateDirectoryIsForOthers() throws IOException {
        publish(scan(answer("h1", 0, 1)));
        state.drain(H1, "repair", "root", at(0));
        state.claimScan(ALICE, Duration.ZERO, Duration.ofSeconds(10), at(0));
        assertThat(permissions(path)).isEqualTo("rwx------");
        for (Path file : files()) {
            assertThat(permissions(file)).as(file.toString()).isIn("rwx------", "rw-------");
        }
    }

    @Test
    void everythingInASharedDirectoryIsForTheGroup() throws IOException {
        Files.createDirectories(path);
        Files.setAttribute(path, "unix:mode", 02770);
        state = StateDirectory.open(new StateSettings(path, true), warnings::add);
        publish(scan(answer("h1", 0, 1)));
        state.drain(H1, "repair", "root", at(0));
        state.claimScan(ALICE, Duration.ZERO, Duration.ofSeconds(10), at(0));
        for (Path file : files()) {
            assertThat(permissions(file)).as(file.toString()).isIn("rwxrwx---", "rw-rw----");
        }
        assertThat((Integer) Files.getAttribute(path.resolve("reports"), "unix:mode") & 07777)
                .isEqualTo(02770);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(path)) {
            return files.filter(file -> !file.equals(path)).toList();
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aPrivateDirectoryThatOthersCanWriteToIsRefused() throws IOException {
        Files.createDirectories(path);
        Files.setAttribute(path, "unix:mode", 0777);
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        LoadshareException.class, f -> assertThat(f.kind()).isEqualTo(LoadshareException.Kind.STATE))
                .hasMessage("state directory " + path + " can be written to by others (mode 777); chmod 700 " + path);
    }

    @Test
    void aPrivateDirectoryOfSomeoneElseIsRefused() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a directory away: not tried");
        Files.createDirectories(path);
        Files.setAttribute(path, "unix:uid", 1);
        assertThatThrownBy(this::open)
                .hasMessage("state directory " + path
                        + " belongs to user daemon, not to you; set state.directory elsewhere");
    }

    @ParameterizedTest
    @ValueSource(ints = {0770, 0755, 02777, 02750})
    void aSharedDirectoryMustBeTheGroupsAlone(int mode) throws IOException {
        Files.createDirectories(path);
        Files.setAttribute(path, "unix:mode", mode);
        assertThatThrownBy(() -> StateDirectory.open(new StateSettings(path, true), warnings::add))
                .hasMessageContaining("is shared and has mode " + Integer.toOctalString(mode) + "; it must be 2770");
    }

    @Test
    void aSharedDirectoryIsMadeByTheAdministratorAlone() {
        assertThatThrownBy(() -> StateDirectory.open(new StateSettings(path, true), warnings::add))
                .hasMessage(
                        "state directory " + path + " does not exist; as root: install -d -m 2770 -g GROUP " + path);
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsRefused() throws IOException {
        Files.createDirectories(path.getParent());
        Files.createFile(path);
        assertThatThrownBy(this::open)
                .hasMessage(
                        "state directory " + path + " is not a directory; remove it, or set state.directory elsewhere");
    }

    @Test
    void plantedLinksLeadNowhere() throws IOException {
        Path target = Files.createDirectory(temporary.resolve("target"));
        publish(scan(answer("h1", 0, 1)));
        Files.delete(path.resolve("reports/h1"));
        Files.delete(path.resolve("reports"));
        Files.createSymbolicLink(path.resolve("reports"), target);
        assertThatThrownBy(() -> publish(scan(answer("h1", 60, 1)))).isInstanceOf(LoadshareException.class);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aDamagedReportInTheSnapshotIsSkippedAndTakenFromItsOwnFile() throws IOException {
        publish(scan(answer("h1", 0, 1), answer("h2", 0, 2)));
        rewrite("snapshot", text -> text.replaceFirst("load1=1\n", "load1=garbage\n"));
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        assertThat(status("h2").report()).hasValue(report("h2", 0, 2));
        assertThat(warnings)
                .containsOnly(path.resolve("snapshot")
                        + ": load1 must be a whole number, found 'garbage'; this report was skipped");
    }

    @Test
    void aSnapshotCutOffAnywhereLosesNothingThatHasAFileOfItsOwn() throws IOException {
        publish(scan(answer("h1", 0, 1), answer("h2", 0, 2), failure("h3", 0, "refused")));
        String text = Files.readString(path.resolve("snapshot"));
        for (int length = 0; length < text.length() - 1; length += 7) {
            Files.writeString(path.resolve("snapshot"), text.substring(0, length));
            warnings.clear();
            assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
            assertThat(status("h2").report()).hasValue(report("h2", 0, 2));
            assertThat(warnings).as("cut at " + length).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "\0\0\0\0", "loadshare-snapshot=x\n", "loadshare-drains=1\n"})
    void aForeignSnapshotIsToldAndMadeAnewByTheNextScan(String foreign) throws IOException {
        publish(scan(answer("h1", 0, 1)));
        Files.writeString(path.resolve("snapshot"), foreign);
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        assertThat(warnings)
                .hasSize(1)
                .first()
                .asString()
                .startsWith(path.resolve("snapshot") + " is not a loadshare snapshot file");
        publish(scan(answer("h2", 60, 2)));
        warnings.clear();
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        assertThat(status("h2").report()).hasValue(report("h2", 60, 2));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aNewerSnapshotIsSkippedAndNotOverwritten() throws IOException {
        publish(scan(answer("h1", 0, 1)));
        rewrite("snapshot", text -> text.replace("snapshot=1\n", "snapshot=2\n"));
        String newer = Files.readString(path.resolve("snapshot"));
        status("h1");
        assertThat(warnings)
                .containsExactly(path.resolve("snapshot")
                        + " was written by a newer loadshare (format 2, this one knows 1); update loadshare here");
        assertThatThrownBy(() -> publish(scan(answer("h1", 60, 2))))
                .isInstanceOfSatisfying(
                        LoadshareException.class, f -> assertThat(f.kind()).isEqualTo(LoadshareException.Kind.STATE))
                .hasMessageEndingWith("update loadshare here; nothing was changed");
        assertThat(path.resolve("snapshot")).hasContent(newer);
    }

    @Test
    void oneFileOfEachKindMayBeHugeWithoutHarm() throws IOException {
        publish(scan(answer("h1", 0, 1)));
        try (var channel =
                java.nio.channels.FileChannel.open(path.resolve("snapshot"), java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[1]), 1L << 40);
        }
        assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        assertThat(warnings).hasSize(1).first().asString().contains("has 1099511627777 bytes");
    }

    private void rewrite(String name, java.util.function.UnaryOperator<String> change) throws IOException {
        Path file = path.resolve(name);
        Files.writeString(file, change.apply(Files.readString(file)));
    }

    @Test
    void drainsLastUntilTheyAreTakenBack() {
        state.drain(H1, "disk is\tfull\n", "alice", at(0));
        state.drain(new HostName("h2"), "repair", "root", at(1));
        assertThat(state.drains())
                .isEqualTo(Map.of(
                        H1,
                        new Drain("disk is\\tfull\\n", "alice", at(0)),
                        new HostName("h2"),
                        new Drain("repair", "root", at(1))));
        assertThat(status("h1").drain()).hasValue(new Drain("disk is\\tfull\\n", "alice", at(0)));
        assertThat(state.undrain(H1)).isTrue();
        assertThat(state.undrain(H1)).isFalse();
        assertThat(status("h1").drain()).isEmpty();
        assertThat(status("h2").drain()).isPresent();
    }

    @Test
    void drainedHostsKeepTheirReports() {
        state.drain(H1, "repair", "root", at(0));
        publish(scan(answer("h1", 0, 1)));
        assertThat(status("h1").report()).isPresent();
        assertThat(status("h1").drain()).isPresent();
    }

    @Test
    void suspensionsAreKept() {
        Suspension suspension = new Suspension("5 jobs failed within 3 s", at(60));
        state.suspend(H1, suspension);
        assertThat(status("h1").suspension()).hasValue(suspension);
        assertThat(state.suspensions()).isEqualTo(Map.of(H1, suspension));
        assertThat(state.unsuspend(H1)).isTrue();
        assertThat(status("h1").suspension()).isEmpty();
    }

    @Test
    void aDamagedDrainIsToldTheOthersHold() throws IOException {
        state.drain(H1, "repair", "root", at(0));
        state.drain(new HostName("h2"), "repair", "root", at(0));
        rewrite("drains", text -> text.replace("drain=h1\t", "drain=h1;"));
        assertThat(state.drains()).containsOnlyKeys(new HostName("h2"));
        assertThat(warnings).hasSize(1).first().asString().contains("drain=h1;").endsWith("is damaged and was skipped");
    }

    @Test
    void newerDrainsAreNotOverwritten() throws IOException {
        state.drain(H1, "repair", "root", at(0));
        rewrite("drains", text -> text.replace("drains=1\n", "drains=2\n"));
        assertThat(state.drains()).isEmpty();
        assertThatThrownBy(() -> state.undrain(H1)).hasMessageEndingWith("update loadshare here; nothing was changed");
        assertThatThrownBy(() -> state.drain(H1, "x", "root", at(0))).isInstanceOf(LoadshareException.class);
    }

    @Test
    void whatDeadWritersLeftIsRemovedAfterAnHour() throws IOException {
        publish(scan(answer("h1", 0, 1)));
        for (String place : List.of("", "reports/")) {
            Files.setLastModifiedTime(Files.createFile(path.resolve(place + ".tmp-old")), FileTime.from(at(-3700)));
            Files.setLastModifiedTime(Files.createFile(path.resolve(place + ".tmp-young")), FileTime.from(at(-3500)));
        }
        publish(scan(answer("h1", 0, 1)));
        assertThat(files())
                .extracting(file -> path.relativize(file).toString())
                .contains(".tmp-young", "reports/.tmp-young")
                .doesNotContain(".tmp-old", "reports/.tmp-old");
    }

    @Test
    void aFullFileSystemIsToldAndWhatWasKnownIsKept() throws Exception {
        Path small = Files.createDirectory(temporary.resolve("small"));
        mount(small, "size=64k,mode=700");
        try {
            state = StateDirectory.open(new StateSettings(small, false), warnings::add);
            publish(scan(answer("h1", 0, 1)));
            Files.write(small.resolve("filler"), new byte[40_000]);
            List<HostResult> many = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                many.add(answer("h" + i, 60, 2));
            }
            assertThatThrownBy(() -> publish(scan(many.toArray(HostResult[]::new))))
                    .isInstanceOfSatisfying(LoadshareException.class, f -> assertThat(f.kind())
                            .isEqualTo(LoadshareException.Kind.STATE))
                    .hasMessageContaining("No space left on device");
            assertThat(status("h1").report()).isPresent();
            assertThat(warnings).isEmpty();
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void aReadOnlyFileSystemIsToldAndCanBeRead() throws Exception {
        Path small = Files.createDirectory(temporary.resolve("small"));
        mount(small, "size=1m,mode=700");
        try {
            state = StateDirectory.open(new StateSettings(small, false), warnings::add);
            publish(scan(answer("h1", 0, 1)));
            run("mount", "-o", "remount,ro", small.toString());
            assertThatThrownBy(() -> publish(scan(answer("h1", 60, 2))))
                    .isInstanceOfSatisfying(LoadshareException.class, f -> assertThat(f.kind())
                            .isEqualTo(LoadshareException.Kind.STATE))
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() -> state.drain(H1, "x", "root", at(0))).hasMessageContaining("Read-only file system");
            assertThat(status("h1").report()).hasValue(report("h1", 0, 1));
        } finally {
            run("umount", small.toString());
        }
    }

    private static void mount(Path where, String options) throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "only root may mount, so full and read-only file systems are not tried: run it as root");
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", where.toString());
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    @Test
    void boardOfAHostOutsideTheInventoryIsLeftOut() {
        publish(scan(answer("other", 0, 1)));
        assertThat(state.board(inventory(1), ALICE).of(new HostName("other"))).isEqualTo(HostStatus.UNKNOWN);
    }
}
