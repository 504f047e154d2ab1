package io.loadshare.cli;

import io.loadshare.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Values with units on the command line. */
final class Units {

    private Units() {}

    /** {@code 500ms}, {@code 30s}, {@code 10m}, {@code 24h}, {@code 14d}. */
    static final class DurationConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** {@code 512M}, {@code 8G}, {@code 1T}; a plain number is bytes. */
    static final class BytesConverter implements ITypeConverter<Long> {

        @Override
        public Long convert(String text) {
            int digits = digits(text);
            try {
                long number = Long.parseLong(text.substring(0, digits));
                String unit = text.substring(digits);
                int power = unit.isEmpty() ? 0 : "KMGTP".indexOf(Character.toUpperCase(unit.charAt(0))) + 1;
                if (power == 0 && !unit.isEmpty()
                        || !unit.isEmpty() && !unit.substring(1).matches("|B|iB")) {
                    throw new NumberFormatException(text);
                }
                return Math.multiplyExact(number, 1L << (10 * power));
            } catch (NumberFormatException | ArithmeticException e) {
                throw new TypeConversionException("'" + text + "' is no amount of memory; write 512M, 8G or 1T");
            }
        }
    }

    private static int digits(String text) {
        int i = 0;
        while (i < text.length() && Character.isDigit(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
