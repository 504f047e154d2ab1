package io.loadshare.transport.jsch;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import io.loadshare.LoadshareException;
import io.loadshare.transport.openssh.HostSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The algorithm lists of ssh_config(5), as far as JSch implements them. */
final class Algorithms {

    private static final String HOST_KEYS = "server_host_key";

    /** JSch's names for its lists. */
    private static final Map<String, List<String>> JSCH_NAMES = Map.of(
            "kexalgorithms", List.of("kex"),
            "hostkeyalgorithms", List.of(HOST_KEYS),
            "ciphers", List.of("cipher.c2s", "cipher.s2c"),
            "macs", List.of("mac.c2s", "mac.s2c"),
            "pubkeyacceptedalgorithms", List.of("PubkeyAcceptedAlgorithms"));

    /** The ciphers that take a JVM the least time, which JSch itself puts last. */
    private static final String FAST_CIPHERS = "^aes128-gcm@openssh.com,aes256-gcm@openssh.com";

    private Algorithms() {}

    /** @param knownTypes the types of the host's stored keys, which are requested first */
    static void apply(HostSettings settings, List<String> knownTypes, Session session) {
        Map<String, String> wanted = new TreeMap<>(settings.algorithms());
        wanted.putIfAbsent("ciphers", FAST_CIPHERS);
        wanted.forEach((keyword, spec) -> {
            for (String name : JSCH_NAMES.get(keyword)) {
                session.setConfig(name, list(keyword, spec, JSch.getConfig(name)));
            }
        });
        session.setConfig(HOST_KEYS, preferring(knownTypes, session.getConfig(HOST_KEYS)));
        session.setConfig("prefer_known_host_key_types", "no");
    }

    /**
     * Applies a list like OpenSSH: {@code +} appends to the default, {@code -} removes from it, {@code ^} puts at its
     * head.
     */
    static String list(String keyword, String spec, String otherwise) {
        List<String> usual = List.of(otherwise.split(","));
        List<String> named = List.of(spec.replaceFirst("^[-+^]", "").split(","));
        Stream<String> wanted =
                switch (spec.charAt(0)) {
                    case '+' -> Stream.concat(usual.stream(), named.stream());
                    case '^' -> Stream.concat(named.stream(), usual.stream());
                    case '-' ->
                        usual.stream().filter(name -> named.stream().noneMatch(pattern -> isMeant(pattern, name)));
                    default -> named.stream();
                };
        List<String> list = wanted.distinct()
                .filter(name -> !name.contains("-cert-") && JSch.getConfig(name) != null)
                .toList();
        if (list.isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "of the SSH configuration's " + keyword + " (" + spec + ") the built-in SSH has none: it has "
                            + otherwise + ". Allow one of these, or let OpenSSH connect (ssh.command: [ssh])");
        }
        return String.join(",", list);
    }

    private static boolean isMeant(String pattern, String name) {
        return name.matches(("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
    }

    /** Puts the stored types first, so that a host known only by its rsa key shows that key. */
    static String preferring(List<String> knownTypes, String list) {
        List<String> first = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (String name : list.split(",")) {
            (knownTypes.contains(name.startsWith("rsa-sha2-") ? "ssh-rsa" : name) ? first : rest).add(name);
        }
        first.addAll(rest);
        return String.join(",", first);
    }
}
