package io.loadshare.desktop;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSettings;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.scan.LoadSource;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Transport;
import io.loadshare.transport.local.LocalTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts of real desktops on this machine. */
class DesktopStartTest {

    private static final Host HERE = Host.local("here");
    private static final HostInventory INVENTORY = new HostInventory(List.of(HERE), List.of());

    @TempDir
    private Path home;

    private final InstantSource clock = InstantSource.system();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final InMemoryLedger ledger = new InMemoryLedger(INVENTORY);
    private DesktopHosts hosts;
    private Dispatcher dispatcher;

    @BeforeEach
    void setUp() {
        Requires.programs("Xvnc");
        LoadBoard board = LoadBoard.empty(INVENTORY)
                .with(
                        HERE.name(),
                        status -> status.withReport(
                                report("here", clock.instant()).build()));
        LoadSource load = new LoadSource() {
            @Override
            public LoadBoard latest() {
                return board;
            }

            @Override
            public LoadBoard refresh(List<HostName> names) {
                return board;
            }
        };
        dispatcher = new DispatcherBuilder(ledger, load, clock, new SplittableRandom(1)).build();
        Transport transport = new LocalTransport(home);
        hosts = new DesktopHosts(
                new SshJobEngine(transport, JobSettings.DEFAULT, timer, clock),
                transport,
                Duration.ofSeconds(30),
                System::nanoTime);
    }

    @AfterEach
    void endTimer() {
        timer.shutdownNow();
    }

    private PlacedRequest reserve() throws InterruptedException {
        PlacementRequest request = PlacementRequest.of("here", new int[] {0}, "alice", 0);
        return dispatcher.place(request, WaitPolicy.NONE, DispatchListener.SILENT);
    }

    private DesktopStart start() {
        DesktopSettings settings = new DesktopSettings(
                DesktopSettings.DEFAULT.command(), Optional.of("exec sleep 600"), Duration.ofDays(1));
        return new DesktopStart(hosts, ledger::view, settings, Geometry.DEFAULT, JobLimits.UNLIMITED);
    }

    @Test
    void aDesktopIsReadyWhenItsStartReturns() throws InterruptedException {
        PlacedRequest place = reserve();
        Desktop desktop = start().start(place);
        try {
            assertThat(hosts.find(
                            HERE, hosts.job(HERE, place.id()).orElseThrow().job()))
                    .hasValueSatisfying(found -> assertThat(found.display()).isEqualTo(desktop.display()));
        } finally {
            hosts.end(HERE, hosts.job(HERE, place.id()).orElseThrow().job());
        }
    }

    @Test
    void aDesktopWhoseServerIsKilledDuringItsStartLeavesNothingRunning() throws InterruptedException {
        Desktop desktop = start().start(reserve());
        JobRecord job = hosts.job(HERE, desktop.id()).orElseThrow();
        ProcessHandle wrapper =
                ProcessHandle.of(job.job().identity().orElseThrow().pid()).orElseThrow();
        List<ProcessHandle> tree = wrapper.descendants().toList();
        ProcessHandle session = tree.stream()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 600"))
                .findFirst()
                .orElseThrow();
        ProcessHandle follower = session.parent().orElseThrow();
        wrapper.destroyForcibly(); // so that it records no status
        tree.stream()
                .filter(process -> !process.equals(session) && !process.equals(follower))
                .forEach(ProcessHandle::destroyForcibly);

        assertThatThrownBy(() -> hosts.awaitReady(HERE, job.job()))
                .isInstanceOfSatisfying(
                        LoadshareException.class, e -> assertThat(e.kind()).isEqualTo(LoadshareException.Kind.REFUSED));

        Waiting.until("the session has ended", () -> !session.isAlive());
    }

    @Test
    void aStartWhoseEntryWasClosedMeanwhileBeginsNothing() throws InterruptedException {
        PlacedRequest place = reserve();
        dispatcher.reservations().close(ledger.view().claim(place.id()).orElseThrow());

        assertThatThrownBy(() -> start().start(place))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining("another request has closed its ledger entry");

        assertThat(home.resolve(".loadshare/here/" + place.id())).doesNotExist();
    }
}
