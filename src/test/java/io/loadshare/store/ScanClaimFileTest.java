package io.loadshare.store;

import static io.loadshare.store.Results.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.load.Observer;
import io.loadshare.scan.ScanClaim;
import io.loadshare.scan.ScanTurn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanClaimFileTest {

    private static final Duration MIN_INTERVAL = Duration.ofSeconds(30);
    private static final Duration HOLDS = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private ScanTurn claim(String by, double second) {
        return ScanClaimFile.claim(
                directory, AtomicFile.Access.PRIVATE, Observer.parse(by), MIN_INTERVAL, HOLDS, at(second));
    }

    private ScanClaim ours(String by, double second) {
        ScanTurn turn = claim(by, second);
        assertThat(turn).isInstanceOf(ScanTurn.Ours.class);
        return ((ScanTurn.Ours) turn).claim();
    }

    @Test
    void whileOneScansOthersAreToldWhoAndUntilWhen() {
        ours("alice@h1", 0);
        assertThat(claim("bob", 5)).isEqualTo(new ScanTurn.Theirs(Observer.parse("alice@h1"), at(10)));
    }

    @Test
    void aYoungScanMakesAnotherNeedless() {
        ours("alice", 0).done(false, at(3));
        assertThat(claim("bob", 12)).isEqualTo(new ScanTurn.Recent(Duration.ofSeconds(9), Observer.parse("alice")));
        assertThat(claim("bob", 32.999)).isInstanceOf(ScanTurn.Recent.class);
        ours("bob", 33);
    }

    @Test
    void aKilledScannerBlocksForOneDeadlineAtMost() {
        ours("alice", 0);
        assertThat(claim("bob", 9.999)).isInstanceOf(ScanTurn.Theirs.class);
        ours("bob", 10);
    }

    @Test
    void aClaimGivenBackIsFreeAtOnce() {
        ours("alice", 0).giveBack(at(1));
        ours("bob", 1);
    }

    @Test
    void aPartialScanServesItsUserAlone() {
        ours("alice@h1", 0).done(true, at(1));
        assertThat(claim("alice@h2", 2)).isInstanceOf(ScanTurn.Recent.class);
        ours("bob@h1", 2).done(false, at(3));
        assertThat(claim("alice@h1", 4)).isInstanceOf(ScanTurn.Recent.class);
    }

    @Test
    void whoScansIsKnownUntilTheClaimEnds() {
        assertThat(holder(0)).isEmpty();
        ScanClaim claim = ours("alice@h1", 0);
        assertThat(holder(9)).hasValue(new ScanTurn.Theirs(Observer.parse("alice@h1"), at(10)));
        assertThat(holder(10)).as("after its end").isEmpty();
        claim.done(false, at(2));
        assertThat(holder(3)).isEmpty();
    }

    private Optional<ScanTurn.Theirs> holder(double second) {
        return ScanClaimFile.holder(directory, HOLDS, at(second));
    }

    @Test
    void withoutMinimumIntervalOneScanMayFollowTheOther() {
        ours("alice", 0).done(false, at(1));
        assertThat(ScanClaimFile.claim(
                        directory, AtomicFile.Access.PRIVATE, Observer.parse("bob"), Duration.ZERO, HOLDS, at(1)))
                .isInstanceOf(ScanTurn.Ours.class);
    }

    @Test
    void claimsFromTheFutureHoldNobodyUp() {
        ours("wrong clock", 3600);
        ours("right clock", 0).done(false, at(3000));
        ours("right clock", 1);
    }

    @Test
    void aClaimNotYetWrittenHoldsFromItsFilesOwnTime() throws IOException {
        Path empty = Files.createFile(directory.resolve("scan.7"));
        Files.setLastModifiedTime(empty, FileTime.from(at(0)));
        assertThat(claim("bob", 9)).isEqualTo(new ScanTurn.Theirs(Observer.parse("someone"), at(10)));
        ours("bob", 10);
        assertThat(directory.resolve("scan.8")).exists();
    }

    @Test
    void damagedClaimsHoldFromTheirFilesOwnTime() throws IOException {
        ours("alice", 0);
        Path file = directory.resolve("scan.1");
        for (String damage : new String[] {"garbage", "loadshare-scan=1\nby=x\nfrom=y\n", "loadshare-scan=2\n", "\0"}) {
            Files.writeString(file, damage);
            Files.setLastModifiedTime(file, FileTime.from(at(0)));
            assertThat(claim("bob", 9)).isInstanceOf(ScanTurn.Theirs.class);
        }
        ours("bob", 10);
    }

    @Test
    void oldClaimsAreRemovedAllButTheLast() {
        for (int i = 0; i < 10; i++) {
            ours("alice", i * 100).done(false, at(i * 100 + 1));
        }
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("scan.9", "scan.10");
    }

    @Test
    void foreignFilesDoNotCount() throws IOException {
        Files.createFile(directory.resolve("scan.x"));
        Files.createFile(directory.resolve("scan."));
        Files.createFile(directory.resolve("scan.99999999999999999999"));
        ours("alice", 0);
        assertThat(directory.resolve("scan.1")).exists();
    }
}
