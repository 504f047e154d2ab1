package io.loadshare.config.imports;

import java.util.HashMap;
import java.util.Map;

/**
 * An expression of the few kinds that settings are made of. Values are {@link String}, {@link Long}, {@link Double},
 * {@link Boolean}, {@link java.util.List} (also for tuples), {@link Map}, and {@link #NONE}.
 */
@FunctionalInterface
interface PythonExpression {

    Object NONE = new Object();

    /**
     * @throws NotPlain if it cannot be worked out by simple means
     */
    Object value(Scope scope);

    /** What it takes to work it out is more than reading. */
    final class NotPlain extends RuntimeException {

        private static final long serialVersionUID = 1;

        NotPlain(String message) {
            super(message, null, false, false);
        }
    }

    /** The values of names, and how much work is left before an expression counts as endless. */
    final class Scope {

        private final Map<String, Object> names = new HashMap<>();
        private long budget = 2_000_000;

        Object get(String name) {
            if (!names.containsKey(name)) {
                throw new NotPlain("unknown name '" + name + "'");
            }
            return names.get(name);
        }

        void put(String name, Object value) {
            names.put(name, value);
        }

        void forget(String name) {
            names.remove(name);
        }

        /** The value of an expression in which one name stands for something else. */
        Object with(String name, Object value, PythonExpression expression) {
            boolean known = names.containsKey(name);
            Object before = names.put(name, value);
            try {
                return expression.value(this);
            } finally {
                if (known) {
                    names.put(name, before);
                } else {
                    names.remove(name);
                }
            }
        }

        /** Pays for elements, characters or steps. */
        void spend(long amount) {
            budget -= amount;
            if (budget < 0) {
                throw new NotPlain("makes too much of too little");
            }
        }
    }
}
