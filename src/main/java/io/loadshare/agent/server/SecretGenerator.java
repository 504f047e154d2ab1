package io.loadshare.agent.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Generates unguessable words. */
final class SecretGenerator {

    private static final int BYTES = 16;

    private SecretGenerator() {}

    /** Generates words of 32 hexadecimal digits. Any thread may call. */
    static Supplier<String> maker() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] bytes = new byte[BYTES];
            random.nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        };
    }

    /** Returns whether two words are equal, in constant time. */
    static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
