package io.loadshare.probe;

import io.loadshare.InvalidSettingException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings in {@code scan}.
 *
 * @param interval how often periodic scans run
 * @param minInterval a scan younger than this, from any machine, makes another one unnecessary
 * @param connectTimeout the time limit for connecting and logging in to one host
 * @param timeout the common deadline of all hosts
 * @param maxAge how long a report is valid for decisions
 * @param selfHeal whether each scan makes sure that every host has the cron entry
 * @param check sh text that each host runs with the probe, for example the path of a program: if it fails, the first
 *     line of its output is the problem of the host
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
            throw new InvalidSettingException("minInterval", "minInterval must be ≥ 0", minInterval);
        }
        Objects.requireNonNull(check, "check");
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new InvalidSettingException(name, name + " must be > 0", value);
        }
    }
}
