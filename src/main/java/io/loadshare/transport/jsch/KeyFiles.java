package io.loadshare.transport.jsch;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import io.loadshare.transport.Login;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The private keys in files, each read once. It is safe for use by several threads. */
final class KeyFiles {

    private static final int OTHERS_MAY_READ = 077;

    /**
     * The content of a key file.
     *
     * @param publicKey the public key as SSH sends it, if it can be determined
     * @param identity the key, if it can be used
     * @param flaw why it cannot be used
     */
    record Content(Optional<byte[]> publicKey, Optional<Identity> identity, String flaw) {

        static Content flawed(Optional<byte[]> publicKey, String flaw) {
            return new Content(publicKey, Optional.empty(), flaw);
        }
    }

    private final Map<Object, Content> known = new ConcurrentHashMap<>();

    /** Returns the key in a file; empty if the file does not exist. */
    Optional<Content> content(Path file) {
        Content content = known.get(file);
        if (content != null) {
            return Optional.of(content);
        }
        Optional<Content> read = read(file);
        read.filter(found -> found.identity().isPresent()).ifPresent(found -> known.put(file, found));
        return read;
    }

    /** Returns a key that is not in a file. It is decrypted once, because decryption is slow by design. */
    Content given(Login.PrivateKey key) {
        return known.computeIfAbsent(key, name -> load(key.name(), key.key(), key.passphrase(), Optional.empty()));
    }

    private static Optional<Content> read(Path file) {
        Optional<byte[]> publicKey = publicKey(file.resolveSibling(file.getFileName() + ".pub"));
        try {
            byte[] bytes = Files.readAllBytes(file);
            Optional<byte[]> itself = publicKey(file);
            if (itself.isPresent()) {
                return Optional.of(
                        Content.flawed(itself, "it is a public key and the agent does not hold its private key"));
            }
            int mode = (int) Files.getAttribute(file, "unix:mode") & 0777;
            boolean ours =
                    Files.getAttribute(file, "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            if (ours && (mode & OTHERS_MAY_READ) != 0) {
                return Optional.of(Content.flawed(
                        publicKey, "others may read it (mode " + Integer.toOctalString(mode) + "): chmod 600 " + file));
            }
            return Optional.of(load(file.toString(), bytes, Optional.empty(), publicKey));
        } catch (NoSuchFileException e) {
            return publicKey.map(key ->
                    Content.flawed(Optional.of(key), "there is only its public key, and the agent does not hold it"));
        } catch (IOException e) {
            return Optional.of(Content.flawed(publicKey, "it cannot be read: " + e));
        }
    }

    /** @param name the name of the key in messages */
    static Content load(String name, byte[] bytes, Optional<String> passphrase, Optional<byte[]> publicKey) {
        try {
            KeyPair pair = KeyPair.load(new JSch(), bytes, null);
            boolean open = !pair.isEncrypted()
                    || passphrase.isPresent() && pair.decrypt(passphrase.get().getBytes(StandardCharsets.UTF_8));
            Optional<byte[]> blob = Optional.ofNullable(pair.getPublicKeyBlob()).or(() -> publicKey);
            if (!open) {
                return Content.flawed(
                        blob,
                        passphrase.isPresent()
                                ? "its passphrase is wrong, or its cipher is not known here"
                                : "it is encrypted and the agent does not hold it: ssh-add " + name);
            }
            return new Content(blob, Optional.of(new KeyIdentity(name, pair)), "");
        } catch (JSchException | RuntimeException e) {
            return Content.flawed(publicKey, "it is not a private key of a known format");
        }
    }

    /** Reads the key in a file of one line, such as {@code id_ed25519.pub}. */
    private static Optional<byte[]> publicKey(Path file) {
        try {
            String[] words =
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip().split("[ \\t]+", 3);
            return words.length >= 2 && words[0].matches("[a-z0-9@.-]+")
                    ? Optional.of(Base64.getDecoder().decode(words[1]))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A decrypted key, with which any number of connections can sign. */
    private record KeyIdentity(String name, KeyPair pair) implements Identity {

        @Override
        public boolean setPassphrase(byte[] passphrase) {
            return true;
        }

        @Override
        public byte[] getPublicKeyBlob() {
            return pair.getPublicKeyBlob();
        }

        @Override
        public byte[] getSignature(byte[] data) {
            return pair.getSignature(data);
        }

        @Override
        public byte[] getSignature(byte[] data, String algorithm) {
            return pair.getSignature(data, algorithm);
        }

        @Override
        public String getAlgName() {
            return pair.getKeyTypeString();
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isEncrypted() {
            return false;
        }

        @Override
        public void clear() {
            // JSch would destroy the key, which other connections use.
        }
    }
}
