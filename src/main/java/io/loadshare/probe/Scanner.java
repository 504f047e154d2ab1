package io.loadshare.probe;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Measures many hosts concurrently, with one session and one command for each and a common deadline. A hung host is
 * reported at the deadline, never waited for. When a scan returns, its threads have ended or were abandoned with closed
 * connections; they are daemon threads. Any thread may call.
 */
public final class Scanner {

    /** Enough to wait for many dead hosts at once, and few enough that their handshakes do not slow each other down. */
    public static final int CONCURRENCY = 128;

    /** How long threads may take to end after their connections are closed. */
    private static final Duration TO_END = Duration.ofMillis(500);

    private final Transport transport;
    private final Probe probe;
    private final ScanSettings settings;
    private final int concurrency;
    private final InstantSource clock;
    private final LongSupplier nanoClock;

    /**
     * @param concurrency how many hosts are measured at the same time
     * @param clock the clock for the time of a report
     * @param nanoClock as {@link System#nanoTime}, for durations
     */
    public Scanner(
            Transport transport,
            Probe probe,
            ScanSettings settings,
            int concurrency,
            InstantSource clock,
            LongSupplier nanoClock) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be ≥ 1, was " + concurrency);
        }
        this.transport = transport;
        this.probe = probe;
        this.settings = settings;
        this.concurrency = concurrency;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Measures the hosts; returns when all have answered, at the latest at the deadline.
     *
     * @param listener receives each result immediately, from several threads but one at a time; must be quick
     * @throws InterruptedException if the calling thread is interrupted; the connections are closed then, too
     */
    public ScanResult scan(List<Host> hosts, Consumer<HostResult> listener) throws InterruptedException {
        Instant startedAt = clock.instant();
        Run run = new Run(hosts, listener);
        try {
            run.start();
            run.awaitAll();
        } finally {
            run.end();
        }
        return new ScanResult(startedAt, clock.instant(), List.of(run.results));
    }

    /** A scan. Its workers take the hosts in order until none is left or the time is up. */
    private final class Run implements Runnable {

        private final List<Host> hosts;
        private final Consumer<HostResult> listener;
        private final Deadline deadline = Deadline.after(settings.timeout(), nanoClock);
        private final long startedAt = nanoClock.getAsLong();
        private final Measurement[] measurements;
        private final HostResult[] results;
        private final CountDownLatch missing;
        private final List<Thread> workers = new ArrayList<>();
        private int next;
        private boolean over;

        Run(List<Host> hosts, Consumer<HostResult> listener) {
            this.hosts = List.copyOf(hosts);
            this.listener = listener;
            this.measurements = new Measurement[hosts.size()];
            this.results = new HostResult[hosts.size()];
            this.missing = new CountDownLatch(hosts.size());
        }

        void start() {
            for (int i = 0; i < Math.min(concurrency, hosts.size()); i++) {
                Thread worker = new Thread(this, "loadshare-scan-" + i);
                worker.setDaemon(true);
                workers.add(worker);
                worker.start();
            }
        }

        void awaitAll() throws InterruptedException {
            missing.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() {
            int position;
            while ((position = takeNext()) >= 0) {
                long began = nanoClock.getAsLong();
                put(position, measure(position, began));
            }
        }

        private synchronized int takeNext() {
            if (over || next == hosts.size()) {
                return -1;
            }
            measurements[next] = new Measurement(hosts.get(next));
            return next++;
        }

        private HostResult measure(int position, long began) {
            Host host = hosts.get(position);
            try {
                Deadline toConnect = deadline.within(settings.connectTimeout());
                LoadReport report = measurements[position].run(transport, probe, toConnect, deadline, clock);
                return HostResult.of(report, report.measuredAt(), since(began));
            } catch (LoadshareException e) {
                return HostResult.of(
                        host.name(), e, measurements[position].isLoggedIn(), clock.instant(), since(began));
            } catch (RuntimeException e) {
                LoadshareException fault = new LoadshareException(
                        LoadshareException.Kind.SOFTWARE, "measuring " + host.name() + " failed: " + e, e);
                return HostResult.of(
                        host.name(), fault, measurements[position].isLoggedIn(), clock.instant(), since(began));
            }
        }

        private synchronized void put(int position, HostResult result) {
            if (!over) {
                results[position] = result;
                listener.accept(result);
                missing.countDown();
            }
        }

        /** Abandons hosts that have not answered, and ends the workers. */
        void end() throws InterruptedException {
            List<Measurement> unfinished = giveUp();
            if (!unfinished.isEmpty()) {
                Thread closer = new Thread(() -> unfinished.forEach(Measurement::abandon), "loadshare-scan-closer");
                closer.setDaemon(true);
                workers.add(closer);
                closer.start();
            }
            Deadline toEnd = Deadline.after(TO_END, nanoClock);
            for (Thread worker : workers) {
                worker.interrupt();
                worker.join(toEnd.remainingMillis());
            }
        }

        private synchronized List<Measurement> giveUp() {
            List<Measurement> unfinished = new ArrayList<>();
            int waiting = (int) missing.getCount();
            for (int i = 0; i < hosts.size(); i++) {
                if (results[i] == null) {
                    LoadshareException failure = i < next
                            ? TransportException.timedOut(hosts.get(i), "answer", deadline)
                            : notAsked(hosts.get(i), waiting);
                    boolean loggedIn = i < next && measurements[i].isLoggedIn();
                    put(i, HostResult.of(hosts.get(i).name(), failure, loggedIn, clock.instant(), since(startedAt)));
                    if (i < next) {
                        unfinished.add(measurements[i]);
                    }
                }
            }
            over = true;
            return unfinished;
        }

        private LoadshareException notAsked(Host host, int waiting) {
            return new TransportException(
                    TransportException.Reason.TIMED_OUT,
                    host.name() + " was not asked within " + deadline.granted().toMillis() / 1000.0 + " s, since "
                            + concurrency + " at a time are asked and "
                            + waiting + " had not answered; raise scan.timeout",
                    null);
        }

        private Duration since(long nanos) {
            return Duration.ofNanos(nanoClock.getAsLong() - nanos);
        }
    }
}
