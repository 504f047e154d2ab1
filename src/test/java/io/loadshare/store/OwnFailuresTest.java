package io.loadshare.store;

import static io.loadshare.store.Results.ALICE;
import static io.loadshare.store.Results.answer;
import static io.loadshare.store.Results.at;
import static io.loadshare.store.Results.failure;
import static io.loadshare.store.Results.inventory;
import static io.loadshare.store.Results.report;
import static io.loadshare.store.Results.scan;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.Observer;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanFindings;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFailuresTest {

    private static final Observer BOB = new Observer("bob", "m1");
    private static final Observer ALICE_ELSEWHERE = new Observer("alice", "m2");
    private static final HostInventory HOSTS = inventory(3);

    @TempDir
    Path path;

    private final List<String> warnings = new ArrayList<>();
    private StateDirectory state;

    @BeforeEach
    void open() {
        state = StateDirectory.open(new StateSettings(path.resolve("state"), false), warnings::add);
    }

    private void publish(Observer by, HostResult... hosts) {
        ScanResult result = scan(hosts);
        state.publish(ScanFindings.of(result, HOSTS), by, result.endedAt());
    }

    private HostStatus status(String host, Observer observer) {
        return state.board(HOSTS, observer).of(new HostName(host));
    }

    private static HostResult refused(String host, double second) {
        return failure(host, second, new TransportException(Reason.LOGIN, host + " refuses alice's keys", null));
    }

    private static HostResult unreachable(String host, double second) {
        return failure(host, second, new TransportException(Reason.NO_CONNECTION, "no route to " + host, null));
    }

    @Test
    void aRefusedLoginIsTheStateOfTheHostForItsObserverAlone() {
        publish(BOB, answer("h1", 0, 1));
        HostStatus before = status("h1", BOB);
        publish(ALICE, refused("h1", 5), answer("h2", 5, 1));

        HostStatus.ScanFailure own = status("h1", ALICE).failure().orElseThrow();
        assertThat(own.kind()).isEqualTo(LoadshareException.Kind.REFUSED);
        assertThat(own.own()).isTrue();
        assertThat(own.by()).hasValue(ALICE);
        assertThat(own.reason()).isEqualTo("h1 refuses alice's keys");
        assertThat(status("h1", BOB)).isEqualTo(before);
        assertThat(status("h1", ALICE_ELSEWHERE)).isEqualTo(before);
        assertThat(status("h2", BOB).report()).hasValue(report("h2", 5, 1));
    }

    @Test
    void aScanThatReachesNobodyChangesNothingForOthers() {
        publish(BOB, answer("h1", 0, 1), answer("h2", 0, 1));
        publish(ALICE, unreachable("h1", 5), unreachable("h2", 5), unreachable("h3", 5));

        assertThat(status("h1", BOB)).isEqualTo(HostStatus.of(report("h1", 0, 1)));
        assertThat(status("h3", BOB)).isEqualTo(HostStatus.UNKNOWN);
        assertThat(status("h1", ALICE).failure().orElseThrow().reason()).isEqualTo("no route to h1");
        assertThat(status("h3", ALICE).failure()).isPresent();
    }

    @Test
    void anotherObserversNewerReportEndsNetworkTroubleAtOnceAndARefusalInTheEnd() {
        publish(ALICE, unreachable("h1", 0), refused("h2", 0));
        publish(BOB, answer("h1", 60, 1), answer("h2", 60, 1));
        assertThat(status("h1", ALICE)).isEqualTo(HostStatus.of(report("h1", 60, 1)));
        assertThat(status("h2", ALICE).failure()).isPresent();

        publish(BOB, answer("h2", 901, 1));
        assertThat(status("h2", ALICE)).isEqualTo(HostStatus.of(report("h2", 901, 1)));
    }

    @Test
    void whatTheObserverFindsLaterCounts() {
        publish(ALICE, refused("h1", 0), refused("h2", 0));
        publish(ALICE, answer("h1", 1, 1));
        assertThat(status("h1", ALICE)).isEqualTo(HostStatus.of(report("h1", 1, 1)));
        assertThat(status("h2", ALICE).failure()).isPresent();

        publish(ALICE, answer("h2", 2, 1));
        assertThat(status("h2", ALICE).failure()).isEmpty();
        assertThat(path.resolve("state/failures").toFile().list()).isEmpty();
    }

    @Test
    void aHostThatOthersFoundAwayLaterIsAwayForAll() {
        publish(ALICE, refused("h1", 0));
        publish(BOB, unreachable("h1", 5), answer("h2", 5, 1));
        for (Observer observer : List.of(ALICE, BOB)) {
            HostStatus.ScanFailure failure = status("h1", observer).failure().orElseThrow();
            assertThat(failure.own()).isFalse();
            assertThat(failure.by()).hasValue(BOB);
        }
    }

    @Test
    void aHostFailsSinceTheFirstOfItsFailures() {
        publish(ALICE, refused("h1", 0));
        publish(ALICE, refused("h1", 5));
        assertThat(status("h1", ALICE).failure().orElseThrow().since()).isEqualTo(at(0));
        assertThat(status("h1", ALICE).failure().orElseThrow().at()).isEqualTo(at(5));
    }

    @Test
    void aDamagedFileIsReportedAndWrittenAnew() throws Exception {
        publish(ALICE, refused("h1", 0));
        Path file = path.resolve("state/failures/alice@m1");
        Files.writeString(file, "garbage\n");
        assertThat(status("h1", ALICE).failure()).isEmpty();
        assertThat(warnings).isNotEmpty().allMatch(warning -> warning.contains(file.toString()));

        publish(ALICE, refused("h1", 1));
        assertThat(status("h1", ALICE).failure()).isPresent();
    }

    @Test
    void aNameCannotLeaveTheDirectory() {
        publish(
                new Observer("../../x", "..\u0000/y"),
                failure("h1", 0, new LoadshareException(LoadshareException.Kind.DATA, "no")));
        assertThat(path.resolve("state/failures").toFile().list()).containsExactly("_.._.._x@..__y");
    }
}
