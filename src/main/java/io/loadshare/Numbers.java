package io.loadshare;

/** Figures as people read them, without locale. */
public final class Numbers {

    private static final String[] UNITS = {"B", "K", "M", "G", "T", "P", "E"};

    private Numbers() {}

    /** A whole number; null if the text is anything else. */
    public static Integer parseWhole(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A finite decimal number; null if the text is anything else. */
    public static Double parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789.eE+-".indexOf(text.charAt(i)) < 0) {
                return null; // Java reads more: "NaN", "Infinity", "0x1p3", "1d", " 1 "
            }
        }
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * An amount of memory in bytes: {@code 512M}, {@code 8G}, {@code 1T}, or a plain number.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static long parseBytes(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        String unit = text.substring(digits);
        int power = unit.isEmpty() ? 0 : "KMGTP".indexOf(Character.toUpperCase(unit.charAt(0))) + 1;
        boolean known = unit.isEmpty() || power > 0 && unit.substring(1).matches("|B|iB");
        try {
            if (known) {
                return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), 1L << (10 * power));
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Said below.
        }
        throw new IllegalArgumentException(Quoted.of(text) + " is no amount of memory; write 512M, 8G or 1T");
    }

    /** At most two decimals, none if it is whole. */
    public static String print(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.toString(Math.round(value * 100) / 100.0);
    }

    /** Bytes in the largest binary unit, with one decimal below ten: {@code 7.9G}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return (value < 10 && unit > 0 ? Double.toString(Math.round(value * 10) / 10.0) : "" + Math.round(value))
                + UNITS[unit];
    }
}
