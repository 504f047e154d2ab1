package io.loadshare.transport;

import java.util.Objects;
import java.util.Optional;

/** By what to log in. Nothing secret shows in {@code toString}. */
public sealed interface Login {

    /** Who to log in as, unless the host says otherwise; empty: as the SSH configuration says. */
    Optional<String> user();

    /** By the keys of the SSH configuration and of ssh-agent. */
    record Configured() implements Login {
        @Override
        public Optional<String> user() {
            return Optional.empty();
        }
    }

    /**
     * By one private key, and neither agent nor key files.
     *
     * @param name what to call it in messages, such as the id of a credential
     * @param key its file's content
     * @param passphrase what it is encrypted with
     */
    record PrivateKey(Optional<String> user, String name, byte[] key, Optional<String> passphrase) implements Login {
        public PrivateKey {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(passphrase, "passphrase");
            key = key.clone();
        }

        @Override
        public String toString() {
            return "private key " + name;
        }
    }

    /**
     * By a password alone.
     *
     * @param name what to call it in messages
     */
    record Password(Optional<String> user, String name, String password) implements Login {
        public Password {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(password, "password");
        }

        @Override
        public String toString() {
            return "password " + name;
        }
    }
}
