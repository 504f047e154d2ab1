package io.loadshare.agent.server;

import java.util.EnumMap;
import java.util.Map;

/** Event counters since the agent started. Any thread may call. */
final class AgentCounters {

    /** A counted event. */
    enum Event {
        OPENED("queries_opened", "Queries opened"),
        STARTED("queries_started", "Queries that led to a job"),
        CONFLICTED("queries_conflicted", "Starts refused because another job was started in between"),
        RETREATED("queries_retreated", "Queries withdrawn"),
        EXPIRED("queries_expired", "Queries that expired without a start or a retreat"),
        ENDED("jobs_ended", "Jobs started through the agent that have ended"),
        REQUEST("http_requests", "HTTP requests answered"),
        REFUSED("http_requests_refused", "HTTP requests answered with a client error"),
        TURNED_AWAY("connections_turned_away", "Connections from addresses that are not allowed"),
        CUT_OFF("connections_cut_off", "Connections closed because they were too slow or too many");

        private final String word;
        private final String help;

        Event(String word, String help) {
            this.word = word;
            this.help = help;
        }

        String word() {
            return word;
        }

        String help() {
            return help;
        }
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    AgentCounters() {
        for (Event event : Event.values()) {
            counts.put(event, 0L);
        }
    }

    synchronized void add(Event event, int times) {
        counts.merge(event, (long) times, Long::sum);
    }

    void add(Event event) {
        add(event, 1);
    }

    synchronized Map<Event, Long> counts() {
        return new EnumMap<>(counts);
    }
}
