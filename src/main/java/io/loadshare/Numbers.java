package io.loadshare;

/** Parses and prints numbers for people, independent of the locale. */
public final class Numbers {

    private static final String[] UNITS = {"B", "K", "M", "G", "T", "P", "E"};

    private Numbers() {}

    /** Parses a whole number; null for any other text. */
    public static Integer parseWhole(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Parses a finite decimal number; null for any other text. */
    public static Double parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789.eE+-".indexOf(text.charAt(i)) < 0) {
                return null; // Java also accepts "NaN", "Infinity", "0x1p3", "1d", " 1 "
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
     * Parses an amount of memory to bytes: {@code 512M}, {@code 8G}, {@code 1T}, or a plain number.
     *
     * @throws IllegalArgumentException for any other text
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
            // Reported below.
        }
        throw new IllegalArgumentException(Quoted.of(text) + " is not an amount of memory; write 512M, 8G or 1T");
    }

    /** Prints at most two decimals, and none for a whole number. */
    public static String print(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.toString(Math.round(value * 100) / 100.0);
    }

    /** Prints bytes in the largest binary unit, with one decimal below ten: {@code 7.9G}. */
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
