package io.loadshare.scan;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.Observer;
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
 * Coordinates scans with all processes that share the state: the first one scans, others wait for the result, and
 * nobody scans again within {@code scan.minInterval}. Findings that concern one observer only ({@link ScanFindings})
 * are not valid for others, who scan themselves.
 */
public final class SharedScans implements LoadSource {

    private static final Duration LOOK = Duration.ofMillis(100);

    /** How often others may be faster with a scan that is not valid for us. */
    private static final int MOST_WAITS = 3;

    private final HostInventory inventory;
    private final ScanSettings settings;
    private final ScanState state;
    private final Supplier<Scanner> scanner;
    private final InstantSource clock;
    private final Observer by;
    private final TroubledHosts troubled;
    private Consumer<HostResult> listener = result -> {};
    private Optional<SelfHeal> selfHeal = Optional.empty();

    /**
     * @param by who scans
     * @param troubled receives the hosts that come and go
     */
    public SharedScans(
            HostInventory inventory,
            ScanSettings settings,
            ScanState state,
            Supplier<Scanner> scanner,
            InstantSource clock,
            Observer by,
            TroubledHosts troubled) {
        this.inventory = inventory;
        this.settings = settings;
        this.state = state;
        this.scanner = scanner;
        this.clock = clock;
        this.by = by;
        this.troubled = troubled;
    }

    /** Sets a listener for each host that answers. */
    public void listen(Consumer<HostResult> newListener) {
        listener = newListener;
    }

    /** Enables healing: hosts that answer a scan get the cron entry. */
    public void healWith(SelfHeal newSelfHeal) {
        selfHeal = Optional.of(newSelfHeal);
    }

    @Override
    public LoadBoard latest() {
        return state.board(inventory, by);
    }

    /** Measures the hosts, unless a recent scan that is valid for us tried all of them. */
    @Override
    public LoadBoard refresh(List<HostName> hosts) {
        Instant from = clock.instant().minus(settings.minInterval());
        try {
            for (int waits = 0; !wereTried(hosts, from) && waits < MOST_WAITS; waits++) {
                ScanTurn turn = turn(settings.minInterval());
                if (turn instanceof ScanTurn.Recent && !wereTried(hosts, from)) {
                    turn = turn(Duration.ZERO);
                }
                if (turn instanceof ScanTurn.Ours ours) {
                    scanOnly(ours);
                    break;
                }
                if (turn instanceof ScanTurn.Theirs theirs) {
                    await(theirs);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return latest();
    }

    private boolean wereTried(List<HostName> hosts, Instant from) {
        LoadBoard known = latest();
        Instant to = clock.instant().plus(HostStatus.CLOCK_TOLERANCE);
        return hosts.stream().map(known::of).allMatch(status -> status.wasTried(from, to));
    }

    /** Returns whose turn it is, where a scan younger than {@code minInterval} is sufficient. */
    public ScanTurn turn(Duration minInterval) {
        return state.claimScan(by, minInterval, settings.timeout(), clock.instant());
    }

    /**
     * Like {@link #turn}, after waiting for the scans of others, which may not be valid for us. Returns their turn only
     * if others were faster repeatedly.
     */
    public ScanTurn awaitTurn(Duration minInterval) throws InterruptedException {
        ScanTurn turn = turn(minInterval);
        for (int waits = 0; turn instanceof ScanTurn.Theirs theirs && waits < MOST_WAITS; waits++) {
            await(theirs);
            turn = turn(minInterval);
        }
        return turn;
    }

    /** Waits until somebody else's claim has ended. */
    private void await(ScanTurn.Theirs turn) throws InterruptedException {
        while (state.scanning(settings.timeout(), clock.instant())
                .filter(turn::equals)
                .isPresent()) {
            Thread.sleep(LOOK.toMillis());
        }
    }

    /** Scans all hosts in our turn, publishes the findings, and heals. */
    public ScanResult scan(ScanTurn.Ours turn) throws InterruptedException {
        return healed(scanOnly(turn));
    }

    /** Scans all hosts even if somebody else is scanning, publishes the findings, and heals. */
    public ScanResult scan() throws InterruptedException {
        ScanResult result = scanner.get().scan(inventory.hosts(), listener);
        publish(result);
        return healed(result);
    }

    private ScanResult scanOnly(ScanTurn.Ours turn) throws InterruptedException {
        try {
            ScanResult result = scanner.get().scan(inventory.hosts(), listener);
            ScanFindings findings = publish(result);
            if (result.answered() == 0) {
                turn.claim().giveBack(clock.instant());
            } else {
                turn.claim().done(!findings.own().hosts().isEmpty(), clock.instant());
            }
            return result;
        } catch (RuntimeException | InterruptedException e) {
            giveBack(turn, e);
            throw e;
        }
    }

    /** Gives up our turn. A failure is ignored, because it usually made the scan fail, too. */
    private void giveBack(ScanTurn.Ours turn, Exception why) {
        try {
            turn.claim().giveBack(clock.instant());
        } catch (LoadshareException e) {
            why.addSuppressed(e);
        }
    }

    /** Scans without healing. Scans for decisions may be anybody's, but the cron entries belong to one account. */
    private ScanResult healed(ScanResult result) throws InterruptedException {
        if (selfHeal.isPresent()) {
            selfHeal.get()
                    .heal(result.hosts().stream()
                            .filter(host -> host.report().isPresent())
                            .map(host -> inventory.find(host.host()).orElseThrow())
                            .filter(host -> !host.isCluster())
                            .toList());
        }
        return result;
    }

    /** Measures one host, for the last look before a job starts there. */
    public HostResult look(Host host) throws InterruptedException {
        ScanResult result = scanner.get().scan(List.of(host), answer -> {});
        publish(result);
        return result.hosts().get(0);
    }

    private ScanFindings publish(ScanResult result) {
        LoadBoard before = latest();
        ScanFindings findings = ScanFindings.of(result, inventory);
        state.publish(findings, by, clock.instant());
        for (HostResult host : result.hosts()) {
            host.report().ifPresent(report -> troubled.measured(before.of(host.host()), report, by));
        }
        return findings;
    }
}
