package io.loadshare.store;

import io.loadshare.dispatch.LoadSource;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Scans all hosts in turn with everybody else who keeps the same state: whoever comes first scans, others wait for what is
 * found, and nobody scans again before {@code scan.minInterval} has passed.
 */
public final class SharedScans implements LoadSource {

    private static final Duration LOOK = Duration.ofMillis(100);

    private final HostInventory inventory;
    private final ScanSettings settings;
    private final StateDirectory state;
    private final Supplier<Scanner> scanner;
    private final InstantSource clock;
    private final String by;
    private Consumer<HostResult> listener = result -> {};

    /**
     * @param by who scans, for others to read
     */
    public SharedScans(
            HostInventory inventory,
            ScanSettings settings,
            StateDirectory state,
            Supplier<Scanner> scanner,
            InstantSource clock,
            String by) {
        this.inventory = inventory;
        this.settings = settings;
        this.state = state;
        this.scanner = scanner;
        this.clock = clock;
        this.by = by;
    }

    /** Tells someone of each host as it answers, from now on. */
    public void listen(Consumer<HostResult> newListener) {
        listener = newListener;
    }

    @Override
    public LoadBoard latest() {
        return state.board(inventory);
    }

    @Override
    public LoadBoard refresh(List<HostName> hosts) {
        try {
            ScanTurn turn = turn(settings.minInterval());
            if (turn instanceof ScanTurn.Ours ours) {
                scan(ours);
            } else if (turn instanceof ScanTurn.Theirs theirs) {
                await(theirs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return latest();
    }

    /** Whose turn it is, if a scan younger than {@code minInterval} will do. */
    public ScanTurn turn(Duration minInterval) {
        return state.claimScan(by, minInterval, settings.timeout(), clock.instant());
    }

    /** Scans all hosts, as our turn, and publishes what is found. */
    public ScanResult scan(ScanTurn.Ours turn) throws InterruptedException {
        boolean done = false;
        try {
            ScanResult result = scan();
            turn.claim().done(clock.instant());
            done = true;
            return result;
        } finally {
            if (!done) {
                turn.claim().giveBack(clock.instant());
            }
        }
    }

    /** Scans all hosts whether or not someone else does, and publishes what is found. */
    public ScanResult scan() throws InterruptedException {
        ScanResult result = scanner.get().scan(inventory.hosts(), listener);
        state.publish(result, clock.instant());
        return result;
    }

    /** Measures one host, whoever else does, and publishes what is found. */
    public HostResult look(Host host) throws InterruptedException {
        ScanResult result = scanner.get().scan(List.of(host), answer -> {});
        state.publish(result, clock.instant());
        return result.hosts().get(0);
    }

    /** Waits until the others' scan is published, or their claim expires. */
    private void await(ScanTurn.Theirs turn) throws InterruptedException {
        Optional<Instant> before = newest();
        while (clock.instant().isBefore(turn.until()) && newest().equals(before)) {
            Thread.sleep(LOOK.toMillis());
        }
    }

    private Optional<Instant> newest() {
        LoadBoard board = latest();
        return inventory.hosts().stream()
                .flatMap(host -> board.of(host.name()).report().stream())
                .map(report -> report.measuredAt())
                .max(Instant::compareTo);
    }
}
