package io.loadshare.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A public key by which a host proves who it is.
 *
 * @param type its algorithm, such as {@code ssh-ed25519}
 * @param blob the key as SSH sends it (RFC 4253, 6.6); it begins with the type
 */
public record HostKey(String type, byte[] blob) {

    /** @throws IllegalArgumentException if the blob does not begin with the name of a type */
    public static HostKey of(byte[] blob) {
        ByteBuffer buffer = ByteBuffer.wrap(blob);
        int length = blob.length < 4 ? 0 : buffer.getInt();
        if (length < 1 || length > buffer.remaining()) {
            throw new IllegalArgumentException("not a public key: " + blob.length + " bytes that name no type");
        }
        return new HostKey(new String(blob, 4, length, StandardCharsets.US_ASCII), blob.clone());
    }

    /** The key as it stands in files. */
    public String base64() {
        return Base64.getEncoder().encodeToString(blob);
    }

    /** As {@code ssh-keygen -l} prints it: {@code SHA256:} and 43 characters. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostKey key && Arrays.equals(blob, key.blob);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blob);
    }

    /** Type and fingerprint, for messages. */
    @Override
    public String toString() {
        return type + " " + fingerprint();
    }
}
