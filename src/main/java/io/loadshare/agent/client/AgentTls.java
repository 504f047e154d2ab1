package io.loadshare.agent.client;

import io.loadshare.LoadshareException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificate authority that clients trust for agents. */
final class AgentTls {

    private AgentTls() {}

    /**
     * Returns a context that trusts only certificates signed by an authority.
     *
     * @param authority its certificate, or several, as PEM
     * @throws LoadshareException of kind CONFIGURATION if it cannot be read
     */
    static SSLContext trusting(Path authority) {
        try (InputStream in = Files.newInputStream(authority)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "agent.tls: " + authority + " is not a PEM certificate of an authority: " + e.getMessage(),
                    e);
        }
    }
}
