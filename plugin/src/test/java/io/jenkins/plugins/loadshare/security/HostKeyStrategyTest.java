package io.jenkins.plugins.loadshare.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.transport.HostKey;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.SshAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeyStrategyTest {

    private static final SshAddress L01 = new SshAddress("l01", 22, Optional.empty());
    private static final SshAddress L02 = new SshAddress("l02", 22, Optional.empty());
    private static final HostKey ONE = key("one");
    private static final HostKey OTHER = key("other");

    @TempDir
    private Path home;

    @Test
    void knownHostsFileTrustsWhatStandsInItAndIsNeverWritten() throws Exception {
        Path file = home.resolve("known_hosts");
        String content = "l01 " + ONE.type() + " " + ONE.base64() + "\n";
        Files.writeString(file, content);
        KnownHostsFileStrategy strategy = new KnownHostsFileStrategy();
        strategy.setPath(file.toString());
        HostKeys keys = strategy.hostKeys(home).orElseThrow();
        assertThat(keys.refusal(L01, ONE)).isEqualTo(Optional.empty());
        assertThat(keys.refusal(L01, OTHER).orElseThrow()).contains("someone is in its place");
        assertThat(keys.refusal(L02, ONE).orElseThrow()).contains("unknown host key");
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void withoutAPathTheFilesOfTheSshConfigurationAreUsed() {
        assertThat(new KnownHostsFileStrategy().hostKeys(home)).isEmpty();
    }

    @Test
    void givenKeysAreTrustedOnAnyHostAndNoOthers() {
        HostKeys keys = new GivenKeysStrategy(List.of(ONE.type() + " " + ONE.base64() + " root@l01\n"))
                .hostKeys(home)
                .orElseThrow();
        assertThat(keys.refusal(L01, ONE)).isEqualTo(Optional.empty());
        assertThat(keys.refusal(L02, ONE)).isEqualTo(Optional.empty());
        assertThat(keys.refusal(L01, OTHER).orElseThrow()).contains("not the given one");
    }

    @Test
    void firstKeyOfAHostIsKeptAndOthersRefusedFromThenOn() {
        HostKeys keys = new TrustOnFirstUseStrategy().hostKeys(home).orElseThrow();
        assertThat(keys.refusal(L01, ONE)).isEqualTo(Optional.empty());
        assertThat(Files.exists(home.resolve("loadshare/known_hosts"))).isTrue();
        HostKeys afterRestart = new TrustOnFirstUseStrategy().hostKeys(home).orElseThrow();
        assertThat(afterRestart.refusal(L01, ONE)).isEqualTo(Optional.empty());
        assertThat(afterRestart.refusal(L01, OTHER)).isPresent();
    }

    /** A key as SSH sends it, which no host has. */
    private static HostKey key(String text) {
        byte[] type = "ssh-ed25519".getBytes(StandardCharsets.US_ASCII);
        byte[] key = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer blob = ByteBuffer.allocate(8 + type.length + key.length);
        blob.putInt(type.length).put(type).putInt(key.length).put(key);
        return HostKey.of(blob.array());
    }
}
