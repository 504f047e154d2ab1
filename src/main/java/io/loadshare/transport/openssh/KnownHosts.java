package io.loadshare.transport.openssh;

import io.loadshare.transport.HostKey;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.openssh.KnownHostsLine.Marker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host-key policy that trusts the keys in known_hosts files, by OpenSSH's rules: user files before global ones;
 * hashed names, patterns, ports. {@code @revoked} keys are refused whatever other lines say; malformed lines are
 * skipped. {@code @cert-authority} lines are found but not used, since certificates are not checked.
 *
 * <p>{@code StrictHostKeyChecking} is applied as follows: {@code yes} and {@code ask} refuse an unknown key, since
 * nobody can be asked; {@code accept-new} adds it to the first user file. {@code no} is not followed: it would accept a
 * changed key, so that an attacker in the host's place could read every job's input. It counts as {@code yes}.
 *
 * <p>Files are read again when they have changed.
 */
public final class KnownHosts implements HostKeys {

    /** The treatment of a key that is in no file. */
    public enum Unknown {
        REFUSED,
        ADDED,
        /** The key is added under a hashed name. */
        ADDED_HASHED
    }

    /** The result of looking up a key in the files. */
    public enum Status {
        KNOWN,
        UNKNOWN,
        /** Other keys are stored for the host. */
        CHANGED,
        REVOKED,
        /** Only the key of a certificate authority is stored for the host. */
        CERT_AUTHORITY
    }

    /**
     * @param file the file of the line that decides; null if the key is unknown
     * @param line that line; null if the key is unknown
     */
    public record Finding(Status status, Path file, KnownHostsLine line) {

        private String place() {
            return file + " line " + line.number();
        }
    }

    private record Located(Path file, KnownHostsLine line) {

        Marker marker() {
            return line.entry().orElseThrow().marker();
        }

        HostKey key() {
            return line.entry().orElseThrow().key();
        }

        Finding as(Status status) {
            return new Finding(status, file, line);
        }
    }

    private final List<Path> userFiles;
    private final List<Path> globalFiles;
    private final Unknown unknown;
    private final Map<Path, FileCache> caches = new ConcurrentHashMap<>();

    public KnownHosts(List<Path> userFiles, List<Path> globalFiles, Unknown unknown) {
        this.userFiles = List.copyOf(userFiles);
        this.globalFiles = List.copyOf(globalFiles);
        this.unknown = unknown;
        if (unknown != Unknown.REFUSED && userFiles.isEmpty()) {
            throw new IllegalArgumentException(
                    "new host keys are to be added, but no user file is configured for them");
        }
    }

    @Override
    public List<String> types(SshAddress address) {
        List<Located> lines = about(address.knownAs());
        return (lines.isEmpty() ? about(address.withoutPort().knownAs()) : lines)
                .stream()
                        .filter(line -> line.marker() == Marker.NONE)
                        .map(line -> line.key().type())
                        .distinct()
                        .toList();
    }

    /** Looks up a key without adding anything. */
    public Finding find(SshAddress address, HostKey key) {
        Finding finding = find(about(address.knownAs()), key);
        if (finding.status() != Status.UNKNOWN || address.withoutPort().equals(address)) {
            return finding;
        }
        Finding portless = find(about(address.withoutPort().knownAs()), key);
        boolean decides = portless.status() == Status.KNOWN || portless.status() == Status.REVOKED;
        return decides ? portless : finding;
    }

    @Override
    public Optional<String> refusal(SshAddress address, HostKey key) {
        Finding finding = find(address, key);
        if (finding.status() == Status.UNKNOWN && unknown != Unknown.REFUSED) {
            return add(address, key);
        }
        return finding.status() == Status.KNOWN ? Optional.empty() : Optional.of(words(finding, address, key));
    }

    /**
     * Adds a key that a person has compared, unless the host is known by another one.
     *
     * @return why it was not added; empty if it was
     */
    public Optional<String> accept(SshAddress address, HostKey key) {
        Finding finding = find(address, key);
        return switch (finding.status()) {
            case KNOWN -> Optional.empty();
            case UNKNOWN ->
                isKept()
                        ? add(address, key)
                        : Optional.of("shows the unknown host key " + key
                                + ", and no file is configured to which it can be added");
            default -> Optional.of(words(finding, address, key));
        };
    }

    private String words(Finding finding, SshAddress address, HostKey key) {
        return switch (finding.status()) {
            case KNOWN -> "shows the known host key " + key;
            case UNKNOWN -> unknownKey(address, key);
            case CHANGED ->
                "shows the host key " + key + ", but " + finding.place() + " holds "
                        + finding.line().entry().orElseThrow().key()
                        + ": the host was installed anew, or someone is in its place. Ask its administrator; only if the new"
                        + " key is right, remove the old one: ssh-keygen -R '" + address.knownAs() + "' -f "
                        + finding.file();
            case REVOKED ->
                "shows the host key " + key + ", which " + finding.place()
                        + " revokes: it may have been stolen. Ask the host's administrator for a new key";
            case CERT_AUTHORITY ->
                "shows the host key " + key + ", and " + finding.place()
                        + " only names a certificate authority for it. Certificates are not checked here: add the host's own"
                        + " key to " + userFiles.stream().findFirst().orElse(finding.file())
                        + ", or let OpenSSH connect (ssh.command: [ssh])";
        };
    }

    private Finding find(List<Located> lines, HostKey key) {
        Optional<Located> revoked = first(lines, Marker.REVOKED, key);
        if (revoked.isPresent()) {
            return revoked.get().as(Status.REVOKED);
        }
        Optional<Located> known = first(lines, Marker.NONE, key);
        if (known.isPresent()) {
            return known.get().as(Status.KNOWN);
        }
        Optional<Located> other = lines.stream()
                .filter(line -> line.marker() == Marker.NONE)
                .min((a, b) -> Boolean.compare(!sameType(a, key), !sameType(b, key)));
        if (other.isPresent()) {
            return other.get().as(Status.CHANGED);
        }
        return lines.stream()
                .filter(line -> line.marker() == Marker.CERT_AUTHORITY)
                .findFirst()
                .map(line -> line.as(Status.CERT_AUTHORITY))
                .orElse(new Finding(Status.UNKNOWN, null, null));
    }

    private static boolean sameType(Located line, HostKey key) {
        return line.key().type().equals(key.type());
    }

    private static Optional<Located> first(List<Located> lines, Marker marker, HostKey key) {
        return lines.stream()
                .filter(line -> line.marker() == marker && line.key().equals(key))
                .findFirst();
    }

    private List<Located> about(String host) {
        List<Located> found = new ArrayList<>();
        for (List<Path> files : List.of(userFiles, globalFiles)) {
            for (Path path : files) {
                KnownHostsFile file =
                        caches.computeIfAbsent(path, FileCache::new).current();
                file.about(host).forEach(line -> found.add(new Located(path, line)));
            }
        }
        return found;
    }

    private String unknownKey(SshAddress address, HostKey key) {
        String files = userFiles.isEmpty() && globalFiles.isEmpty()
                ? "no file of known hosts is configured"
                : "no line for '" + address.knownAs() + "' in "
                        + Stream.concat(userFiles.stream(), globalFiles.stream())
                                .map(Path::toString)
                                .collect(Collectors.joining(", "));
        return "shows the unknown host key " + key + ": " + files
                + ". Compare the fingerprint with the host's own (on its console: ssh-keygen -lf /etc/ssh/ssh_host_"
                + shortType(key) + "_key.pub), then "
                + (isKept()
                        ? "accept it by logging in once: " + loginCommand(address)
                        : "put the line that 'loadshare known-hosts scan' prints for it into a file, and name that file in"
                                + " ssh.knownHosts");
    }

    /** Returns whether the next login finds a key that this login accepts. */
    private boolean isKept() {
        return !userFiles.isEmpty() && !userFiles.get(0).equals(Path.of("/dev/null"));
    }

    /** Returns the command that asks whether the key is right, and adds it where loadshare looks for it. */
    private String loginCommand(SshAddress address) {
        String file = userFiles.isEmpty() ? "" : " -o UserKnownHostsFile=" + userFiles.get(0);
        String alias =
                address.keyAlias().map(name -> " -o HostKeyAlias=" + name).orElse("");
        String port = address.port() == SshAddress.DEFAULT_PORT ? "" : " -p " + address.port();
        return "ssh" + file + alias + port + " " + address.host();
    }

    /** Returns the part of a host key's file name that represents the key's type. */
    private static String shortType(HostKey key) {
        String type = key.type();
        return type.contains("ecdsa") ? "ecdsa" : type.substring(type.lastIndexOf('-') + 1);
    }

    /** Adds a key and looks it up again, since another process may have added a different one first. */
    private Optional<String> add(SshAddress address, HostKey key) {
        Path file = userFiles.get(0);
        try {
            caches.computeIfAbsent(file, FileCache::new).add(address.knownAs(), key, unknown == Unknown.ADDED_HASHED);
        } catch (IOException e) {
            return Optional.of("shows the new host key " + key + ", which cannot be added to " + file + " (" + e
                    + "): make that file writable, or add the key by hand");
        }
        Finding finding = find(address, key);
        return finding.status() == Status.KNOWN ? Optional.empty() : Optional.of(words(finding, address, key));
    }
}
