package io.loadshare.agent.client;

import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.store.StateText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The health of an agent, as it reports it.
 *
 * @param condition "ok", or the problem
 * @param clockOffset how far its clock is ahead of ours, ± half of {@code took}
 * @param state "ok", or the problem with its state file
 * @param took how long it took to answer
 */
public record AgentHealth(
        String condition, String version, Duration uptime, Duration clockOffset, String state, Duration took) {

    static AgentHealth parse(Host host, String text, Instant asked, Instant answered) {
        String[] lines = text.split("\n");
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        try {
            Duration took = Duration.between(asked, answered);
            Instant theirs = StateText.time(values.getOrDefault("time", ""));
            return new AgentHealth(
                    word(lines[0]),
                    word(values.getOrDefault("version", "?")),
                    Duration.ofSeconds(Long.parseLong(values.getOrDefault("uptime", ""))),
                    Duration.between(asked.plus(took.dividedBy(2)), theirs),
                    word(values.getOrDefault("state", "?")),
                    took);
        } catch (IllegalArgumentException e) {
            throw new AgentException(
                    AgentException.Reason.FAILED, "what listens on " + host.name() + " is not a loadshare agent");
        }
    }

    private static String word(String text) {
        return Quoted.printable(text.substring(0, Math.min(60, text.length())));
    }
}
