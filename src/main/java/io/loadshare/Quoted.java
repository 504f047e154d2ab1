package io.loadshare;

/** Prepares foreign text for people and files: on one line, with everything escaped that could control a terminal. */
public final class Quoted {

    private static final int MOST_SHOWN = 60;
    private static final String SHORT = "\n\t\r";

    private Quoted() {}

    /** Returns the text in quotes, shortened, for a message. */
    public static String of(String text) {
        return "'" + printable(text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text) + "'";
    }

    /**
     * Returns the whole text without quotes. Control and format characters become <code>&#92;u001b</code>, and bytes that
     * are part of no character (see {@link io.loadshare.transport.ShellWords}) become {@code \xff}.
     */
    public static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f && (Character.isSurrogate(c) || isControl(c))) {
                StringBuilder out = new StringBuilder(text.length() + 16);
                text.codePoints().forEach(code -> escape(code, out));
                return out.toString();
            }
        }
        return text;
    }

    private static boolean isControl(int code) {
        return switch (Character.getType(code)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static void escape(int code, StringBuilder out) {
        if (SHORT.indexOf(code) >= 0) {
            out.append('\\').append("ntr".charAt(SHORT.indexOf(code)));
        } else if (code >= 0xDC80 && code <= 0xDCFF) {
            out.append(String.format("\\x%02x", code - 0xDC00));
        } else if (isControl(code)) {
            out.append(String.format("\\u%04x", code));
        } else {
            out.appendCodePoint(code);
        }
    }
}
