package io.loadshare;

/** Prepares foreign text for a message: quoted, on one line, shortened, with control characters escaped. */
public final class Quoted {

    private static final int MOST_SHOWN = 60;

    private Quoted() {}

    public static String of(String text) {
        return "'" + printable(text, MOST_SHOWN) + "'";
    }

    /** The whole text without quotes, for file names. */
    public static String printable(String text) {
        return printable(text, Integer.MAX_VALUE);
    }

    private static String printable(String text, int most) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i >= most) {
                return result.append('…').toString();
            }
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> result.append("\\n");
                case '\t' -> result.append("\\t");
                case '\r' -> result.append("\\r");
                default -> {
                    if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == 0x2028) {
                        String hex = Integer.toHexString(c);
                        result.append("\\u")
                                .append("0".repeat(4 - hex.length()))
                                .append(hex);
                    } else {
                        result.append(c);
                    }
                }
            }
        }
        return result.toString();
    }
}
