package io.jenkins.plugins.loadshare.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.loadshare.transport.Login;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class LoginFactoryTest {

    @Test
    void keysAndPasswordsBecomeLoginsThatKeepTheirSecret(JenkinsRule j) throws Exception {
        String file = "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n";
        Login.PrivateKey key = assertInstanceOf(
                Login.PrivateKey.class,
                LoginFactory.of(new BasicSSHUserPrivateKey(
                        CredentialsScope.GLOBAL,
                        "key",
                        "imaging",
                        new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(file),
                        "phrase",
                        "")));
        assertEquals(Optional.of("imaging"), key.user());
        assertArrayEquals(file.getBytes(StandardCharsets.UTF_8), key.key());
        assertEquals(Optional.of("phrase"), key.passphrase());
        Login.Password password = assertInstanceOf(
                Login.Password.class,
                LoginFactory.of(
                        new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "pw", "", "imaging", "s3cret")));
        assertEquals("s3cret", password.password());
        assertFalse((password.toString() + key).contains("s3cret"));
    }
}
