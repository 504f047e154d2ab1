package io.loadshare.job;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the processes of an ended job used.
 *
 * @param cpuTime the user and system time of all processes
 * @param peakMemory the peak resident memory of the largest process in bytes; empty if the host cannot report it
 */
public record JobUsage(Duration cpuTime, OptionalLong peakMemory) {

    /** The times as the shell's command {@code times} prints them, then the memory in kilobytes. */
    private static final Pattern TEXT = Pattern.compile(
            "(\\d{1,9})m(\\d{1,2})[.,]?(\\d{0,9})s (\\d{1,9})m(\\d{1,2})[.,]?(\\d{0,9})s ?(\\d{1,15})?");

    /** Parses a line of {@code list.sh}. A user can write anything into a control directory: then the result is empty. */
    public static Optional<JobUsage> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Duration cpuTime = duration(matcher, 1).plus(duration(matcher, 4));
        String kilobytes = matcher.group(7);
        return Optional.of(new JobUsage(
                cpuTime, kilobytes == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(kilobytes) * 1024)));
    }

    private static Duration duration(Matcher matcher, int group) {
        String fraction = (matcher.group(group + 2) + "000000000").substring(0, 9);
        return Duration.ofMinutes(Long.parseLong(matcher.group(group)))
                .plusSeconds(Long.parseLong(matcher.group(group + 1)))
                .plusNanos(Long.parseLong(fraction));
    }
}
