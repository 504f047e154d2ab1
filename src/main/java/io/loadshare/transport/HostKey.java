package io.loadshare.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The public key with which a host proves its identity.
 *
 * @param type the algorithm, such as {@code ssh-ed25519}
 * @param blob the key as SSH sends it (RFC 4253, 6.6); it begins with the type
 */
public record HostKey(String type, byte[] blob) {

    /**
     * @param blob fields that each begin with their length in four bytes; the first field is the type
     * @throws IllegalArgumentException if the bytes have any other form
     */
    public static HostKey of(byte[] blob) {
        ByteBuffer rest = ByteBuffer.wrap(blob);
        while (rest.remaining() >= Integer.BYTES) {
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                break;
            }
            rest.position(rest.position() + length);
        }
        int typeLength = blob.length < Integer.BYTES ? 0 : ByteBuffer.wrap(blob).getInt();
        if (rest.hasRemaining() || typeLength == 0) {
            throw new IllegalArgumentException(
                    "not a public key: " + blob.length + " bytes that are no list of fields");
        }
        return new HostKey(new String(blob, Integer.BYTES, typeLength, StandardCharsets.US_ASCII), blob.clone());
    }

    /** Returns the key in the form used in files. */
    public String base64() {
        return Base64.getEncoder().encodeToString(blob);
    }

    /** Returns the fingerprint as {@code ssh-keygen -l} prints it: {@code SHA256:} and 43 characters. */
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

    /** Returns the type and the fingerprint, for messages. */
    @Override
    public String toString() {
        return type + " " + fingerprint();
    }
}
