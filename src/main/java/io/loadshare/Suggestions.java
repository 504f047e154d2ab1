package io.loadshare;

import java.util.Collection;
import java.util.Locale;

/** Suggests the known word that somebody who wrote an unknown word probably meant. */
public final class Suggestions {

    /** Longer words are not compared: the cost is the product of the lengths. */
    private static final int LONGEST = 100;

    private Suggestions() {}

    /** {@code "unknown pool 'vnk'; did you mean 'vnc'? (configured: vnc, meg)"}. */
    public static String unknown(String what, String name, Collection<String> known) {
        String unknown = "unknown " + what + " " + Quoted.of(name);
        return known.isEmpty()
                ? unknown + ": no " + what + " is configured"
                : unknown + didYouMean(name, known) + " (configured: " + String.join(", ", known) + ")";
    }

    /** {@code "; did you mean 'vnc'?"}, or nothing if no known word is near. */
    public static String didYouMean(String word, Collection<String> known) {
        String nearest = nearest(word, known);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    /**
     * Returns the known word with the fewest typing errors (an extra, missing, wrong, or swapped letter; case is
     * ignored). Of equally near words, returns the first. Returns null if more than one letter in three differs.
     */
    public static String nearest(String word, Collection<String> known) {
        String nearest = null;
        int fewest = Math.max(1, word.length() / 3) + 1;
        for (String candidate : known) {
            int errors = errors(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT), fewest);
            if (errors < fewest && errors < Math.max(word.length(), candidate.length())) {
                fewest = errors;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Returns the optimal string alignment distance, or {@code limit} if the distance is not smaller. */
    private static int errors(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit || Math.max(a.length(), b.length()) > LONGEST) {
            return limit;
        }
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : best(distance, a, b, i, j);
            }
        }
        return Math.min(limit, distance[a.length()][b.length()]);
    }

    private static int best(int[][] distance, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best =
                Math.min(distance[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, distance[i - 2][j - 2] + 1) : best;
    }
}
