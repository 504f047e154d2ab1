package io.loadshare.config;

import io.loadshare.LoadshareException;
import java.util.List;

/** Thrown for an invalid configuration; nothing was done. The message has one line for each problem, in order. */
public final class ConfigurationException extends LoadshareException {

    private static final int MOST_SHOWN = 20;

    private final transient List<Problem> problems;

    ConfigurationException(List<Problem> problems) {
        super(Kind.CONFIGURATION, message(problems));
        this.problems = List.copyOf(problems);
    }

    /** Returns all problems, ordered by file and line. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(List<Problem> problems) {
        StringBuilder message = new StringBuilder();
        for (Problem problem : problems.subList(0, Math.min(problems.size(), MOST_SHOWN))) {
            message.append(message.length() == 0 ? "" : "\n").append(problem);
        }
        if (problems.size() > MOST_SHOWN) {
            message.append("\nand ").append(problems.size() - MOST_SHOWN).append(" more");
        }
        return message.toString();
    }
}
