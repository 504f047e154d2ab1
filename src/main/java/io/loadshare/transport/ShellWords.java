package io.loadshare.transport;

import io.loadshare.Quoted;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Conversion between words for a POSIX shell and the bytes they consist of. Arguments and file names of other systems
 * are bytes, mostly UTF-8. A String holds a byte that is not part of a UTF-8 character as a lone surrogate, U+DC80 to
 * U+DCFF for 0x80 to 0xFF (Python's {@code surrogateescape}, PEP 383). So every sequence of bytes has a String.
 */
public final class ShellWords {

    private static final String PLAIN_MARKS = "_./:@%+,-";

    private ShellWords() {}

    /** Quotes the word as one argument for a POSIX shell, so that nothing in it can end the word or be expanded. */
    public static String quote(String word) {
        return isPlain(word) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static boolean isPlain(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean plain = c < 128 && Character.isLetterOrDigit(c) || PLAIN_MARKS.indexOf(c) >= 0;
            if (!plain) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    /** Returns the quoted words, separated by blanks. */
    public static String join(Collection<String> words) {
        return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
    }

    /**
     * Splits a text that another program passed to a shell into words, with quotes and backslashes; nothing is
     * expanded.
     *
     * @throws IllegalArgumentException if a quote is not closed
     */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (c == quote || quote == 0 && (c == '\'' || c == '"')) {
                quote = quote == 0 ? c : 0;
            } else if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("the quote " + quote + " is not closed in " + Quoted.printable(text));
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    /**
     * Returns the bytes of a text.
     *
     * @throws IllegalArgumentException if the text contains half of a surrogate pair that does not represent a byte
     */
    public static byte[] encode(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8).equals(text) ? utf8 : encodeHalves(text);
    }

    /** Encodes a text with halves of surrogate pairs. */
    private static byte[] encodeHalves(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
        int i = 0;
        while (i < text.length()) {
            int code = text.codePointAt(i);
            if (code >= 0xDC80 && code <= 0xDCFF) {
                out.write(code - 0xDC00);
            } else if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("text holds U+" + Integer.toHexString(code) + " at " + i
                        + ", which stands for no character or byte");
            } else {
                out.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(code);
        }
        return out.toByteArray();
    }

    /** Returns the text for any bytes: {@code encode(decode(b))} equals {@code b}. */
    public static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            out.put((char) (0xDC00 + (in.get() & 0xFF)));
            decoder.reset();
        }
    }
}
