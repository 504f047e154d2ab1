package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.dispatch.LoadSource;
import io.loadshare.dispatch.TroubledHosts;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.probe.ScanSettings;
import io.loadshare.probe.Scanner;
import io.loadshare.probe.SelfHeal;
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
    private final TroubledHosts troubled;
    private Consumer<HostResult> listener = result -> {};
    private Optional<SelfHeal> selfHeal = Optional.empty();

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
        this.troubled = new TroubledHosts(state, clock, words -> {});
    }

    /** Tells someone of each host as it answers, from now on. */
    public void listen(Consumer<HostResult> newListener) {
        listener = newListener;
    }

    /** Sees to it, from now on, that the hosts which answer a scan scan by cron. */
    public void healWith(SelfHeal newSelfHeal) {
        selfHeal = Optional.of(newSelfHeal);
    }

    @Override
    public LoadBoard latest() {
        return state.board(inventory);
    }

    /** Measures anew if the last scan is no longer young, or was by another configuration and did not ask all the hosts. */
    @Override
    public LoadBoard refresh(List<HostName> hosts) {
        try {
            ScanTurn turn = turnFor(hosts);
            if (turn instanceof ScanTurn.Theirs theirs && !(await(theirs) && wereAsked(hosts))) {
                turn = turnFor(hosts);
            }
            if (turn instanceof ScanTurn.Ours ours) {
                scanOnly(ours);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return latest();
    }

    private ScanTurn turnFor(List<HostName> hosts) {
        return turn(wereAsked(hosts) ? settings.minInterval() : Duration.ZERO);
    }

    private boolean wereAsked(List<HostName> hosts) {
        LoadBoard known = latest();
        return hosts.stream()
                .map(known::of)
                .allMatch(status ->
                        status.report().isPresent() || status.failure().isPresent());
    }

    /** Whose turn it is, if a scan younger than {@code minInterval} will do. */
    public ScanTurn turn(Duration minInterval) {
        return state.claimScan(by, minInterval, settings.timeout(), clock.instant());
    }

    /** Scans all hosts, as our turn, publishes what is found, and heals. */
    public ScanResult scan(ScanTurn.Ours turn) throws InterruptedException {
        return healed(scanOnly(turn));
    }

    /** Scans all hosts whether or not someone else does, publishes what is found, and heals. */
    public ScanResult scan() throws InterruptedException {
        return healed(scanOnly());
    }

    private ScanResult scanOnly(ScanTurn.Ours turn) throws InterruptedException {
        try {
            ScanResult result = scanOnly();
            turn.claim().done(clock.instant());
            return result;
        } catch (RuntimeException | InterruptedException e) {
            giveBack(turn, e);
            throw e;
        }
    }

    /** Gives our turn to others; what prevents that mostly prevented the scan, too. */
    private void giveBack(ScanTurn.Ours turn, Exception why) {
        try {
            turn.claim().giveBack(clock.instant());
        } catch (LoadshareException e) {
            why.addSuppressed(e);
        }
    }

    private ScanResult scanOnly() throws InterruptedException {
        ScanResult result = scanner.get().scan(inventory.hosts(), listener);
        publish(result);
        return result;
    }

    /** What decisions scan for in passing heals nothing: it may be anyone's, and the entries are those of one account. */
    private ScanResult healed(ScanResult result) throws InterruptedException {
        if (selfHeal.isPresent()) {
            selfHeal.get()
                    .heal(result.hosts().stream()
                            .filter(host -> host.report().isPresent())
                            .map(host -> inventory.find(host.host()).orElseThrow())
                            .toList());
        }
        return result;
    }

    /** Measures one host, whoever else does, and publishes what is found. */
    @Override
    public HostResult look(Host host) throws InterruptedException {
        ScanResult result = scanner.get().scan(List.of(host), answer -> {});
        publish(result);
        return result.hosts().get(0);
    }

    private void publish(ScanResult result) {
        LoadBoard before = latest();
        state.publish(result, clock.instant());
        for (HostResult host : result.hosts()) {
            host.report().ifPresent(report -> troubled.measured(before.of(host.host()), report));
        }
    }

    /**
     * Waits until the others' scan is published, or their claim expires.
     *
     * @return whether they published anything
     */
    private boolean await(ScanTurn.Theirs turn) throws InterruptedException {
        Optional<Instant> before = newest();
        while (newest().equals(before)) {
            if (!clock.instant().isBefore(turn.until())) {
                return false;
            }
            Thread.sleep(LOOK.toMillis());
        }
        return true;
    }

    private Optional<Instant> newest() {
        LoadBoard board = latest();
        return inventory.hosts().stream()
                .flatMap(host -> board.of(host.name()).report().stream())
                .map(report -> report.measuredAt())
                .max(Instant::compareTo);
    }
}
