package io.jenkins.plugins.loadshare.security;

import static org.assertj.core.api.Assertions.assertThat;

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
        Login.PrivateKey key = (Login.PrivateKey) LoginFactory.of(new BasicSSHUserPrivateKey(
                CredentialsScope.GLOBAL,
                "key",
                "imaging",
                new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(file),
                "phrase",
                ""));
        assertThat(key.user()).isEqualTo(Optional.of("imaging"));
        assertThat(key.key()).isEqualTo(file.getBytes(StandardCharsets.UTF_8));
        assertThat(key.passphrase()).isEqualTo(Optional.of("phrase"));
        Login.Password password = (Login.Password) LoginFactory.of(
                new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "pw", "", "imaging", "s3cret"));
        assertThat(password.password()).isEqualTo("s3cret");
        assertThat((password.toString() + key).contains("s3cret")).isFalse();
    }
}
