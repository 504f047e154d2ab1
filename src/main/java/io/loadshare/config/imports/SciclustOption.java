package io.loadshare.config.imports;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An option of SCICLUST 0.5 that has one value, and its place here.
 *
 * @param path the setting here
 */
record SciclustOption(String path, Type type) {

    /** What the value is, with its name for messages. */
    enum Type {
        SECONDS("a number of seconds"),
        NUMBER("a number"),
        WHOLE_NUMBER("a whole number"),
        YES_OR_NO("yes or no");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        @Override
        public String toString() {
            return description;
        }

        /** The value in our words; null if it is something else. */
        Object convert(String value) {
            Double number = ImportConversions.number(value);
            return switch (this) {
                case SECONDS -> number == null ? null : ImportConversions.duration(number);
                case NUMBER -> number == null ? null : value;
                case WHOLE_NUMBER -> ImportConversions.wholeNumber(number);
                case YES_OR_NO ->
                    switch (value.toLowerCase(Locale.ROOT)) {
                        case "yes", "true", "#t", "t" -> true;
                        case "no", "false", "#f", "nil" -> false;
                        default -> null;
                    };
            };
        }
    }

    /** Options with one value. */
    static final Map<String, SciclustOption> SINGLE = new LinkedHashMap<>();

    /** Options with any number of values. */
    static final Set<String> LISTS = Set.of("nodes", "client-nodes");

    /** Options that mean something only together, or with others. */
    static final Set<String> SPECIAL =
            Set.of("nice", "shell", "shell-options", "local-server-configuration", "local-client-configuration");

    static final List<String> PENALTIES = List.of(
            "placement.openQueryPenalty",
            "placement.maxOpenQueryPenalty",
            "placement.recencyPenalty",
            "placement.recencyPenaltyInterval",
            "placement.recencyPenaltyJobs",
            "placement.runJobPenalty");

    /** What {@code local-server-configuration no} keeps users from changing. */
    static final List<String> OF_SERVER =
            Stream.concat(Stream.of("agent"), PENALTIES.stream()).toList();

    /** What {@code local-client-configuration no} keeps users from changing. */
    static final List<String> OF_CLIENT = List.of(
            "hosts",
            "retry",
            "query",
            "ssh",
            "job",
            "placement.maxRuns",
            "placement.minQueries",
            "placement.queryPercentage",
            "placement.waitReplyPercentage",
            "placement.randomOrder");

    static {
        SINGLE.put("open-query-penalty", new SciclustOption("placement.openQueryPenalty", Type.NUMBER));
        SINGLE.put("max-open-query-penalty", new SciclustOption("placement.maxOpenQueryPenalty", Type.NUMBER));
        SINGLE.put("recency-penalty", new SciclustOption("placement.recencyPenalty", Type.NUMBER));
        SINGLE.put("recency-penalty-interval", new SciclustOption("placement.recencyPenaltyInterval", Type.SECONDS));
        SINGLE.put("recency-penalty-jobs", new SciclustOption("placement.recencyPenaltyJobs", Type.WHOLE_NUMBER));
        SINGLE.put("run-job-penalty", new SciclustOption("placement.runJobPenalty", Type.NUMBER));
        SINGLE.put("max-runs", new SciclustOption("placement.maxRuns", Type.WHOLE_NUMBER));
        SINGLE.put("query-percentage", new SciclustOption("placement.queryPercentage", Type.WHOLE_NUMBER));
        SINGLE.put("min-queries", new SciclustOption("placement.minQueries", Type.WHOLE_NUMBER));
        SINGLE.put("wait-reply-percentage", new SciclustOption("placement.waitReplyPercentage", Type.WHOLE_NUMBER));
        SINGLE.put("random-order", new SciclustOption("placement.randomOrder", Type.YES_OR_NO));
        SINGLE.put("first-retry-interval", new SciclustOption("retry.first", Type.SECONDS));
        SINGLE.put("retry-interval-factor", new SciclustOption("retry.factor", Type.NUMBER));
        SINGLE.put("min-retry-interval", new SciclustOption("retry.min", Type.SECONDS));
        SINGLE.put("max-retry-interval", new SciclustOption("retry.max", Type.SECONDS));
        SINGLE.put("delay-client-end", new SciclustOption("query.delayEnd", Type.SECONDS));
        SINGLE.put("delay-server-process-end", new SciclustOption("agent.delayEnd", Type.SECONDS));
        SINGLE.put("port", new SciclustOption("agent.port", Type.WHOLE_NUMBER));
        SINGLE.put("use-current-directory", new SciclustOption("job.useCurrentDirectory", Type.YES_OR_NO));
    }

    static boolean isKnown(String name) {
        return SINGLE.containsKey(name) || LISTS.contains(name) || SPECIAL.contains(name);
    }
}
