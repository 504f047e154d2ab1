package io.loadshare.agent.server;

import io.loadshare.probe.HostResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Measures this host periodically in its own thread. */
final class LoadSampler implements AutoCloseable {

    /** The pause between two cheap measurements. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** The pause between two expensive measurements: half of {@link QueryService#FIGURES_SERVE}. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /**
     * The part of one core that measurements may take is one divided by this number, unless the longest pause prevents
     * that.
     */
    private static final int SHARE = 100;

    private static final Path STAT = Path.of("/proc/self/stat");
    private static final int TICKS_PER_SECOND = 100; // of all figures in /proc

    private final LocalProbe gauge;
    private final QueryService desk;
    private final Consumer<String> log;
    private final Thread thread = new Thread(this::run, "loadshare-sampler");
    private String trouble = "";

    /**
     * @param gauge must use the clock of the query service
     * @param log receives a message when measuring starts to fail and when it works again
     */
    LoadSampler(LocalProbe gauge, QueryService desk, Consumer<String> log) {
        this.gauge = gauge;
        this.desk = desk;
        this.log = log;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Duration before = processorTimeOfChildren();
                sample();
                Thread.sleep(pauseAfter(processorTimeOfChildren().minus(before)).toMillis());
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Takes one measurement. A failure does not stop later ones. */
    void sample() throws InterruptedException {
        String newTrouble = measure();
        if (!newTrouble.equals(trouble)) {
            log.accept(newTrouble.isEmpty() ? "measuring works again" : "cannot measure this host: " + newTrouble);
            trouble = newTrouble;
        }
    }

    /** @return the problem as text */
    private String measure() throws InterruptedException {
        try {
            HostResult result = gauge.measure();
            result.report().ifPresent(report -> desk.measured(report.withAgent()));
            return result.failure().map(Throwable::getMessage).orElse("");
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    /** Returns how long to wait after a measurement that took this much processor time. */
    static Duration pauseAfter(Duration cost) {
        Duration fair = cost.multipliedBy(SHARE);
        if (fair.compareTo(PAUSE) < 0) {
            return PAUSE;
        }
        return fair.compareTo(LONGEST_PAUSE) < 0 ? fair : LONGEST_PAUSE;
    }

    /** Returns the processor time of all ended descendants of this process. */
    private static Duration processorTimeOfChildren() {
        try {
            String stat = Files.readString(STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(fields[13]) + Long.parseLong(fields[14]); // cutime and cstime of proc(5)
            return Duration.ofSeconds(1).multipliedBy(ticks).dividedBy(TICKS_PER_SECOND);
        } catch (IOException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
