package io.loadshare.cli.options;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The converters of command-line values with units. */
public final class UnitConverters {

    private UnitConverters() {}

    /** The converter of {@code 500ms}, {@code 30s}, {@code 10m}, {@code 24h}, {@code 14d}. */
    public static final class DurationConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** The converter of {@code 512M}, {@code 8G}, {@code 1T}; a plain number is bytes. */
    static final class BytesConverter implements ITypeConverter<Long> {

        @Override
        public Long convert(String text) {
            try {
                return Numbers.parseBytes(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
