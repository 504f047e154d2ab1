package io.loadshare.config;

/** Makes a typed value of what somebody wrote. */
@FunctionalInterface
interface ValueReader<T> {

    /**
     * The value; null if what is wrong has been reported already.
     *
     * @throws UnexpectedValueException if it is something else
     * @throws IllegalArgumentException if it breaks a rule that the message tells in full
     */
    T read(YamlValue written);

    /** Something else stands where {@link #getMessage} should. */
    final class UnexpectedValueException extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        private final String hint;

        UnexpectedValueException(String expected) {
            this(expected, "");
        }

        /** @param hint what to write instead, to follow what was found */
        UnexpectedValueException(String expected, String hint) {
            super(expected);
            this.hint = hint;
        }

        String hint() {
            return hint;
        }
    }
}
