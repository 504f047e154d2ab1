package io.loadshare.transport.openssh;

import io.loadshare.LoadshareException;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A site's list of host keys, from a source that nobody without permission can change: a file that only root or the
 * reader can change, with all directories above it, or an https address whose certificate is checked. The state
 * directory does not qualify, since a group writes to it.
 *
 * @param stateDirectory the directory from which no list is read
 * @param authority the certificates (PEM) with which the https server's is checked; otherwise those that Java trusts
 */
public record SiteHostKeys(Path stateDirectory, Optional<Path> authority) {

    private static final int MAX_BYTES = 16 << 20;

    /**
     * Reads the list.
     *
     * @param from a path or an https address
     * @throws LoadshareException of kind REFUSED if the source is not trusted, UNAVAILABLE if it cannot be read, DATA
     *     if it contains no key
     */
    public KnownHostsFile read(String from, Deadline deadline) {
        KnownHostsFile list =
                from.contains("://") ? fetched(from, deadline) : KnownHostsFile.read(trusted(Path.of(from)));
        if (list.lines().stream().noneMatch(line -> line.entry().isPresent())) {
            throw new LoadshareException(
                    LoadshareException.Kind.DATA,
                    "no host key in " + from + ": it must have the form of known_hosts (sshd(8))");
        }
        return list;
    }

    private Path trusted(Path file) {
        try {
            Path real = file.toRealPath();
            if (Files.exists(stateDirectory) && real.startsWith(stateDirectory.toRealPath())) {
                throw refused(file, "it is in the state directory, to which others write");
            }
            int self = LocalUser.uid();
            for (Path part = real; part != null; part = part.getParent()) {
                requireOurs(file, part, self);
            }
            return real;
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE, "cannot read the site's host keys: " + e, e);
        }
    }

    private static void requireOurs(Path file, Path part, int self) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(part, "unix:uid,mode");
        int owner = (Integer) attributes.get("uid");
        int mode = (Integer) attributes.get("mode");
        if (owner != 0 && owner != self) {
            throw refused(file, part + " belongs to user " + Files.getOwner(part));
        }
        boolean othersWrite = (mode & 0022) != 0;
        boolean sticky = (mode & 01000) != 0 && Files.isDirectory(part);
        if (othersWrite && !sticky) {
            throw refused(file, "others may write to " + part + " (mode " + Integer.toOctalString(mode & 07777) + ")");
        }
    }

    private static LoadshareException refused(Path file, String why) {
        return new LoadshareException(
                LoadshareException.Kind.REFUSED,
                "host keys are not taken from " + file + ", since " + why
                        + ": give a file that root alone can change, or an https address");
    }

    private KnownHostsFile fetched(String address, Deadline deadline) {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE, "'" + address + "' is not an address: " + e.getMessage(), e);
        }
        if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    "host keys are not taken from " + address
                            + ", since anyone on the way could change them: give an https address");
        }
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(deadline.remaining()).build();
            HttpResponse<InputStream> response =
                    client(deadline).send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new LoadshareException(
                            LoadshareException.Kind.UNAVAILABLE,
                            address + " answers with status " + response.statusCode()
                                    + " (redirections are not followed)");
                }
                byte[] bytes = body.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new LoadshareException(
                            LoadshareException.Kind.DATA, address + " gives more than " + MAX_BYTES + " bytes");
                }
                return KnownHostsFile.parse(Path.of(uri.getPath()), new String(bytes, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new LoadshareException(LoadshareException.Kind.UNAVAILABLE, "cannot get " + address + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE, "interrupted while getting " + address, e);
        }
    }

    private HttpClient client(Deadline deadline) throws IOException, GeneralSecurityException {
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(deadline.remaining()).followRedirects(HttpClient.Redirect.NEVER);
        if (authority.isPresent()) {
            builder.sslContext(trusting(trusted(authority.get())));
        }
        return builder.build();
    }

    private static SSLContext trusting(Path certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificates)) {
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + count++, certificate);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
