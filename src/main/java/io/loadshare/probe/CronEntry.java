package io.loadshare.probe;

import io.loadshare.transport.ShellWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The crontab line that scans. It ends in a marker, and is the same on all hosts.
 *
 * @param program the file of the program, at the same path on every host
 * @param options the global options of the program, before the command
 * @param javaHome the directory of Java, if it is not in cron's PATH
 * @param interval how often to scan; cron counts in minutes
 */
public record CronEntry(String program, List<String> options, Optional<String> javaHome, Duration interval) {

    /** The marker at the end of the line. */
    public static final String MARKER = "# loadshare-scan";

    public CronEntry {
        options = List.copyOf(options);
        if (!program.startsWith("/")) {
            throw new IllegalArgumentException("cron needs the path of the program, which begins with '/', not '"
                    + program + "': start loadshare as it is installed");
        }
    }

    /** Returns the line without the line end. */
    public String line() {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(options);
        words.add("scan");
        String command = javaHome.map(home -> "JAVA_HOME=" + ShellWords.quote(home) + " ")
                        .orElse("")
                + ShellWords.join(words);
        if (command.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line break cannot stand in a crontab: " + ShellWords.quote(command));
        }
        return schedule() + " " + command.replace("%", "\\%") + " >/dev/null 2>&1 " + MARKER;
    }

    /** Returns the cron schedule: at least as often as the interval, where cron cannot express it exactly. */
    private String schedule() {
        long minutes = Math.max(1, interval.toMinutes());
        if (minutes == 1) {
            return "* * * * *";
        }
        if (minutes < 60) {
            return "*/" + minutes + " * * * *";
        }
        long hours = minutes / 60;
        return hours == 1 ? "0 * * * *" : hours < 24 ? "0 */" + hours + " * * *" : "0 0 * * *";
    }

    /** Returns the program that cron must find: {@code java} in its PATH, or a path. */
    String java() {
        return javaHome.map(home -> home + "/bin/java").orElse("java");
    }
}
