package io.loadshare.transport.jsch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlgorithmsTest {

    private static final String USUAL = "aes128-ctr,aes192-ctr,aes256-ctr";

    @Test
    void listTakesThePlaceOfTheUsualOne() {
        assertThat(Algorithms.list("ciphers", "aes256-ctr,aes128-cbc", USUAL)).isEqualTo("aes256-ctr,aes128-cbc");
    }

    @Test
    void signsAppendRemoveAndPutFirst() {
        assertThat(Algorithms.list("ciphers", "+aes128-cbc", USUAL)).isEqualTo(USUAL + ",aes128-cbc");
        assertThat(Algorithms.list("ciphers", "-aes1*", USUAL)).isEqualTo("aes256-ctr");
        assertThat(Algorithms.list("ciphers", "-aes?92-ctr,aes256-ctr", USUAL)).isEqualTo("aes128-ctr");
        assertThat(Algorithms.list("ciphers", "^aes256-ctr", USUAL)).isEqualTo("aes256-ctr,aes128-ctr,aes192-ctr");
    }

    @Test
    void whatJschLacksIsLeftOut() {
        assertThat(Algorithms.list("macs", "umac-64-etm@openssh.com,hmac-sha2-256", "hmac-sha1"))
                .isEqualTo("hmac-sha2-256");
        assertThat(Algorithms.list("hostkeyalgorithms", "ssh-ed25519-cert-v01@openssh.com,ssh-ed25519", "ssh-rsa"))
                .isEqualTo("ssh-ed25519");
    }

    @Test
    void listOfWhichJschHasNothingIsAnError() {
        assertThatThrownBy(() -> Algorithms.list("ciphers", "nothing@example.org", USUAL))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.CONFIGURATION))
                .hasMessageContainingAll("ciphers", "nothing@example.org", USUAL, "ssh.command");
    }

    @Test
    void typesOfStoredKeysComeFirst() {
        String list = "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";

        assertThat(Algorithms.preferring(List.of("ssh-rsa"), list))
                .isEqualTo("rsa-sha2-512,rsa-sha2-256,ssh-ed25519,ecdsa-sha2-nistp256");
        assertThat(Algorithms.preferring(List.of(), list)).isEqualTo(list);
    }
}
