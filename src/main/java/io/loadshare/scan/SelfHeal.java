package io.loadshare.scan;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.probe.Crontab;
import io.loadshare.probe.Crontab.Action;
import io.loadshare.probe.Crontab.Finding;
import io.loadshare.probe.Crontab.State;
import io.loadshare.probe.Scanner;
import io.loadshare.transport.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ensures, after a scan, that every host scans by cron, so one machine that survived a power cut revives all others as
 * they come back. Existing entries stay as they are. A problem is reported once for each host while it stays the same,
 * and affects nothing else. Any thread may call.
 */
public final class SelfHeal {

    private final Crontab crontab;
    private final Duration timeout;
    private final LongSupplier nanoClock;
    private final Consumer<String> log;
    private final Map<HostName, String> troubles = new ConcurrentHashMap<>();

    /**
     * @param timeout the common deadline of all hosts
     * @param log receives one line for each installed entry and each problem, from several threads
     */
    public SelfHeal(Crontab crontab, Duration timeout, LongSupplier nanoClock, Consumer<String> log) {
        this.crontab = crontab;
        this.timeout = timeout;
        this.nanoClock = nanoClock;
        this.log = log;
    }

    /** Heals hosts that have just answered, concurrently; returns by the deadline. */
    public void heal(List<Host> hosts) throws InterruptedException {
        if (hosts.isEmpty()) {
            return;
        }
        Deadline deadline = Deadline.after(timeout, nanoClock);
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(Scanner.CONCURRENCY, hosts.size()), work -> {
            Thread thread = new Thread(work, "loadshare-heal");
            thread.setDaemon(true);
            return thread;
        });
        try {
            threads.invokeAll(hosts.stream()
                    .map(host -> (Callable<Void>) () -> {
                        heal(host, deadline);
                        return null;
                    })
                    .toList());
        } finally {
            threads.shutdownNow();
        }
    }

    private void heal(Host host, Deadline deadline) {
        String trouble;
        try {
            Finding finding = crontab.act(host, Action.HEAL, deadline);
            trouble = finding.words();
            if (finding.state() == State.INSTALLED) {
                log.accept(host.name() + " scans by cron again");
            }
        } catch (LoadshareException e) {
            trouble = e.getMessage();
        } catch (RuntimeException e) {
            trouble = e.toString();
        }
        String before = troubles.put(host.name(), trouble);
        if (!trouble.isEmpty() && !trouble.equals(before)) {
            log.accept(host.name() + " does not scan by cron: " + trouble);
        }
    }
}
