package io.loadshare.store;

import java.nio.charset.StandardCharsets;

/** Turns ASCII bytes into strings, and returns the same object for words that occurred lately. Not thread-safe. */
final class Words {

    private static final int KEPT = 1 << 14;

    private final String[] kept = new String[KEPT];

    /** Returns the word at {@code from} up to {@code to}, exclusive. */
    String of(byte[] ascii, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + ascii[i];
        }
        int place = (hash ^ hash >>> 16) & KEPT - 1;
        String word = kept[place];
        if (word == null || !equal(word, ascii, from, to)) {
            word = new String(ascii, from, to - from, StandardCharsets.ISO_8859_1);
            kept[place] = word;
        }
        return word;
    }

    /** Returns whether the bytes are those of an ASCII word. */
    static boolean equal(String word, byte[] bytes, int from, int to) {
        if (word.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (word.charAt(i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
