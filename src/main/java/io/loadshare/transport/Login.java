package io.loadshare.transport;

import java.util.Objects;
import java.util.Optional;

/** The credentials for a login. {@code toString} shows no secrets. */
public sealed interface Login {

    /**
     * Returns the login name, unless the host's configuration sets one; empty: the login name of the SSH configuration.
     */
    Optional<String> user();

    /** A login with the keys of the SSH configuration and of ssh-agent. */
    record Configured() implements Login {
        @Override
        public Optional<String> user() {
            return Optional.empty();
        }
    }

    /**
     * A login with one private key, without ssh-agent and without key files.
     *
     * @param name the name of the key in messages, such as the ID of a credential
     * @param key the content of the key file
     * @param passphrase the passphrase that decrypts the key
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
     * A login with a password only.
     *
     * @param name the name of the password in messages
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
