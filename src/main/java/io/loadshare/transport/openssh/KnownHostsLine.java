package io.loadshare.transport.openssh;

import io.loadshare.transport.HostKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One line of a known_hosts file (sshd(8)), kept unchanged.
 *
 * @param number the line number, from 1
 * @param text the whole line with its line end, each byte as one character (ISO 8859-1)
 * @param entry the parsed line; empty for a comment, a blank line and a line that OpenSSH would skip as malformed
 */
public record KnownHostsLine(int number, String text, Optional<Entry> entry) {

    static final int SALT_LENGTH = 20;

    private static final Pattern FORM =
            Pattern.compile("[ \\t]*(?:(@[^ \\t]+)[ \\t]+)?([^ \\t#@][^ \\t]*)[ \\t]+([^ \\t]+)[ \\t]+([^ \\t]+)(.*)");

    /** The meaning of a line. */
    public enum Marker {
        /** The key belongs to the host. */
        NONE,
        /** The key signs the host's certificates. */
        CERT_AUTHORITY,
        /** The key must never be accepted. */
        REVOKED
    }

    /**
     * @param names host names and patterns separated by commas, or one hashed name
     * @param comment the text after the key
     */
    public record Entry(Marker marker, String names, HostKey key, String comment) {

        /** Returns whether the line is about this host, given as {@link io.loadshare.transport.SshAddress#knownAs}. */
        public boolean isAbout(String host) {
            return isHashed() ? matchesHash(host) : HostPatterns.listMatches(names, host);
        }

        public boolean isHashed() {
            return names.startsWith("|");
        }

        /** Returns whether the names are plain host names: neither hashed nor patterns. */
        boolean isPlain() {
            return !isHashed() && HostPatterns.isPlain(names);
        }

        List<String> nameList() {
            return List.of(names.split(","));
        }

        /** Matches a hashed name: {@code |1|SALT|HMAC-SHA1(SALT, NAME)}, both in base64. */
        private boolean matchesHash(String host) {
            String[] parts = names.split("\\|", -1);
            if (parts.length != 4 || !parts[1].equals("1")) {
                return false;
            }
            try {
                byte[] salt = Base64.getDecoder().decode(parts[2]);
                return MessageDigest.isEqual(
                        hash(salt, host), Base64.getDecoder().decode(parts[3]));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    static KnownHostsLine parse(int number, String text) {
        Matcher matcher = FORM.matcher(text.stripTrailing());
        return new KnownHostsLine(number, text, matcher.matches() ? entry(matcher) : Optional.empty());
    }

    /** Returns the line with another key of the same type; everything else in it stays. */
    KnownHostsLine withKey(HostKey key) {
        return replaced(4, key.base64());
    }

    /** Returns the line for other hosts; everything else in it stays. */
    KnownHostsLine withNames(String names) {
        return replaced(2, names);
    }

    private KnownHostsLine replaced(int group, String replacement) {
        Matcher matcher = FORM.matcher(text.stripTrailing());
        if (!matcher.matches()) {
            throw new IllegalStateException("line " + number + " says nothing that could be changed");
        }
        return parse(
                number, text.substring(0, matcher.start(group)) + replacement + text.substring(matcher.end(group)));
    }

    private static Optional<Entry> entry(Matcher matcher) {
        Marker marker;
        if (matcher.group(1) == null) {
            marker = Marker.NONE;
        } else if (matcher.group(1).equals("@revoked")) {
            marker = Marker.REVOKED;
        } else if (matcher.group(1).equals("@cert-authority")) {
            marker = Marker.CERT_AUTHORITY;
        } else {
            return Optional.empty();
        }
        try {
            HostKey key = HostKey.of(Base64.getDecoder().decode(matcher.group(4)));
            boolean consistent = key.type().equals(matcher.group(3));
            return consistent
                    ? Optional.of(new Entry(
                            marker, matcher.group(2), key, matcher.group(5).strip()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the name in the form that a file with {@code HashKnownHosts} contains. */
    static String hashed(byte[] salt, String host) {
        Base64.Encoder encoder = Base64.getEncoder();
        return "|1|" + encoder.encodeToString(salt) + "|" + encoder.encodeToString(hash(salt, host));
    }

    private static byte[] hash(byte[] salt, String host) {
        if (salt.length != SALT_LENGTH) {
            throw new IllegalArgumentException("a salt has " + SALT_LENGTH + " bytes, not " + salt.length);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(salt, "HmacSHA1"));
            return mac.doFinal(host.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA1", e);
        }
    }
}
