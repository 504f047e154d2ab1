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
 * Makes sure, after a scan, that every host scans by cron: so one machine that survived a power cut revives all others as
 * they come back. An entry that is there stays as it is. What hinders it is told once per host for as long as it stays the
 * same, and hinders nothing else. Any thread may call.
 */
public final class SelfHeal {

    private final Crontab crontab;
    private final Duration timeout;
    private final LongSupplier nanoClock;
    private final Consumer<String> told;
    private final Map<HostName, String> troubles = new ConcurrentHashMap<>();

    /**
     * @param timeout the common deadline of all hosts
     * @param told is told in a line each where entries were installed and what hindered it; by several threads
     */
    public SelfHeal(Crontab crontab, Duration timeout, LongSupplier nanoClock, Consumer<String> told) {
        this.crontab = crontab;
        this.timeout = timeout;
        this.nanoClock = nanoClock;
        this.told = told;
    }

    /** Heals hosts that have just answered, all at once; returns by the deadline. */
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
                told.accept(host.name() + " scans by cron again");
            }
        } catch (LoadshareException e) {
            trouble = e.getMessage();
        } catch (RuntimeException e) {
            trouble = e.toString();
        }
        String before = troubles.put(host.name(), trouble);
        if (!trouble.isEmpty() && !trouble.equals(before)) {
            told.accept(host.name() + " does not scan by cron: " + trouble);
        }
    }
}
