package io.loadshare.agent;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Penalties;
import io.loadshare.load.LoadReport;
import io.loadshare.load.ReportText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The text format of the answer to a query, which loadshare's own clients request: lines {@code key=value}, the first
 * {@code loadshare-query=1} (the format's version), then {@code id}, {@code secret}, {@code revision}, {@code expiry}
 * and {@code age} (of the measurement; seconds both), {@code completed}, the penalties {@code openQueries}, {@code
 * recency} and {@code completedJobs}; then the report as {@link ReportText} describes it. Unknown keys are ignored.
 */
public final class QueryAnswerText {

    public static final int MAX_BYTES = ReportText.MAX_BYTES + 4096;

    private static final String HEADER = "loadshare-query=1\n";
    private static final String REPORT = "\nloadshare-report=";

    private QueryAnswerText() {}

    /**
     * Prints an answer.
     *
     * @param id the query's ID
     * @param secret the word that authorizes a start with this query
     * @param expiry how long the query remains open
     * @param report the report of {@code figures} as text
     */
    public static String print(String id, String secret, Duration expiry, HostFigures figures, String report) {
        Penalties penalties = figures.penalties();
        return new StringBuilder(report.length() + 300)
                .append(HEADER)
                .append("id=")
                .append(id)
                .append("\nsecret=")
                .append(secret)
                .append("\nrevision=")
                .append(figures.revision())
                .append("\nexpiry=")
                .append(millis(expiry))
                .append("\nage=")
                .append(millis(figures.age()))
                .append("\ncompleted=")
                .append(figures.completed())
                .append("\nopenQueries=")
                .append(penalties.openQueries())
                .append("\nrecency=")
                .append(penalties.recency())
                .append("\ncompletedJobs=")
                .append(penalties.completedJobs())
                .append('\n')
                .append(report)
                .toString();
    }

    private static double millis(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /**
     * Reads an answer.
     *
     * @param host the queried host
     * @param now the time by the reader's clock, from which the report's time follows with its age
     * @throws LoadshareException of kind DATA if it is not a complete answer
     */
    public static QueryAnswer parse(String text, HostName host, Instant now) {
        int end = text.indexOf(REPORT);
        if (!text.startsWith(HEADER) || end < 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA, "the agent of " + host + " sent an answer of another kind");
        }
        Map<String, String> values = new HashMap<>();
        for (String line : text.substring(HEADER.length(), end).split("\n")) {
            int equals = Math.max(0, line.indexOf('='));
            values.put(line.substring(0, equals), line.substring(Math.min(line.length(), equals + 1)));
        }
        try {
            Duration age = Duration.ofMillis(Math.round(number(values, "age") * 1000));
            LoadReport report = ReportText.parseAnswer(
                    text.substring(end + 1), host, now.minus(age), "the answer of the agent of " + host);
            return new QueryAnswer(
                    word(values, "id"),
                    word(values, "secret"),
                    (long) number(values, "revision"),
                    report,
                    new Penalties(
                            number(values, "openQueries"), number(values, "recency"), number(values, "completedJobs")),
                    (int) number(values, "completed"));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    "the agent of " + host + " sent an invalid answer: " + e.getMessage(),
                    e);
        }
    }

    private static double number(Map<String, String> values, String key) {
        String word = word(values, key);
        double number = Double.parseDouble(word);
        if (!(number >= 0) || number > 1e15) {
            throw new IllegalArgumentException(key + " must be ≥ 0 and at most 10^15, was " + number);
        }
        return number;
    }

    private static String word(Map<String, String> values, String key) {
        String word = values.getOrDefault(key, "");
        if (!word.matches("[A-Za-z0-9.-]{1,64}")) {
            throw new IllegalArgumentException(key + " must be one word, was '" + Quoted.printable(word) + "'");
        }
        return word;
    }
}
