package io.loadshare.probe;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration's {@code scan}.
 *
 * @param interval how often periodic scans run
 * @param minInterval a scan younger than this, from any machine, makes another one needless
 * @param connectTimeout how long one host may take to let us in
 * @param timeout the common deadline of all hosts
 * @param maxAge how long a report serves for decisions
 * @param selfHeal whether each scan makes sure that every host has the cron entry
 * @param check sh text that each host runs with the probe, as short as the path of a program there: if it fails, the first
 *     line that it prints says what is wrong with the host
 */
public record ScanSettings(
        Duration interval,
        Duration minInterval,
        Duration connectTimeout,
        Duration timeout,
        Duration maxAge,
        boolean selfHeal,
        Optional<String> check) {

    public static final ScanSettings DEFAULT = new ScanSettings(
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofMinutes(15),
            false,
            Optional.empty());

    public ScanSettings {
        requirePositive("interval", interval);
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("timeout", timeout);
        requirePositive("maxAge", maxAge);
        if (minInterval.isNegative()) {
            throw new IllegalArgumentException("minInterval must be ≥ 0, was " + minInterval);
        }
        Objects.requireNonNull(check, "check");
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be > 0, was " + value);
        }
    }
}
