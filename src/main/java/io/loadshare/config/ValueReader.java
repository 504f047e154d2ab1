package io.loadshare.config;

/** Converts a written value to a typed value. */
@FunctionalInterface
interface ValueReader<T> {

    /**
     * Returns the value, or null if a problem was already reported.
     *
     * @throws UnexpectedValueException if it has another type
     * @throws IllegalArgumentException if it violates a rule; the message states the whole rule
     */
    T read(YamlValue written);

    /** Thrown for a value of another type than {@link #getMessage} describes. */
    final class UnexpectedValueException extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        private final String hint;

        UnexpectedValueException(String expected) {
            this(expected, "");
        }

        /** @param hint what to write instead; appended to the value found */
        UnexpectedValueException(String expected, String hint) {
            super(expected);
            this.hint = hint;
        }

        String hint() {
            return hint;
        }
    }
}
