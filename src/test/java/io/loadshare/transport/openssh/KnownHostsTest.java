package io.loadshare.transport.openssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.openssh.KnownHosts.Status;
import io.loadshare.transport.openssh.KnownHosts.Unknown;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownHostsTest {

    private static final HostKey ONE = key("ssh-ed25519", 1);
    private static final HostKey TWO = key("ssh-ed25519", 2);
    private static final HostKey RSA = key("ssh-rsa", 3);
    private static final SshAddress HOST = at("h1", 22);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("known_hosts");
    }

    static HostKey key(String type, int seed) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        byte[] random = new byte[32];
        new Random(seed).nextBytes(random);
        return HostKey.of(ByteBuffer.allocate(8 + name.length + random.length)
                .putInt(name.length)
                .put(name)
                .putInt(random.length)
                .put(random)
                .array());
    }

    private static SshAddress at(String host, int port) {
        return new SshAddress(host, port, Optional.empty());
    }

    private static String line(String names, HostKey key) {
        return names + " " + key.type() + " " + key.base64();
    }

    private KnownHosts holding(String... lines) throws IOException {
        Files.write(file, List.of(lines));
        return new KnownHosts(List.of(file), List.of(), Unknown.REFUSED);
    }

    private Status status(SshAddress address, HostKey key, String... lines) throws IOException {
        return holding(lines).find(address, key).status();
    }

    @Test
    void aKeyThatAPersonAcceptsIsAddedUnlessAnotherOneIsKnown() throws Exception {
        KnownHosts hosts = holding();
        assertThat(hosts.accept(HOST, ONE)).isEmpty();
        assertThat(hosts.refusal(HOST, ONE)).isEmpty();
        assertThat(hosts.accept(HOST, ONE)).isEmpty();
        assertThat(hosts.accept(HOST, TWO))
                .hasValueSatisfying(why -> assertThat(why).contains("installed anew"));
        assertThat(Files.readAllLines(file)).containsExactly(line("h1", ONE));
        KnownHosts nowhere = new KnownHosts(List.of(), List.of(file), Unknown.REFUSED);
        assertThat(nowhere.accept(at("h2", 22), ONE))
                .hasValueSatisfying(why -> assertThat(why).contains("no file is configured"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            h1                     | h1       | 22   | true
            h1                     | H1       | 22   | true
            H1                     | h1       | 22   | true
            h1                     | h2       | 22   | false
            h2,h1                  | h1       | 22   | true
            h?                     | h1       | 22   | true
            h?                     | h11      | 22   | false
            *.site                 | a.b.site | 22   | true
            *.site                 | site     | 22   | false
            *,!h1                  | h1       | 22   | false
            !h1,*                  | h2       | 22   | true
            !h1                    | h2       | 22   | false
            [h1]:2222              | h1       | 2222 | true
            [h1]:2222              | h1       | 22   | false
            [h1]:2222              | h1       | 2223 | false
            [h1]:22                | h1       | 22   | false
            h1                     | h1       | 2222 | true
            [*]:2222               | h1       | 2222 | true
            h.                     | h1       | 22   | false
            10.0.0.1               | 10.0.0.1 | 22   | true
            """)
    void namesMatchAsInOpenSsh(String names, String host, int port, boolean known) throws IOException {
        assertThat(status(at(host, port), ONE, line(names, ONE))).isEqualTo(known ? Status.KNOWN : Status.UNKNOWN);
    }

    /** OpenSSH's own look-up, {@code ssh-keygen -F}, tells which lines of random files are about a host. */
    @Test
    void sameLinesAreFoundAsBySshKeygen() throws Exception {
        Random random = new Random(7);
        int found = 0;
        for (int round = 0; round < 20; round++) {
            String[] lines = new String[30];
            for (int i = 0; i < lines.length; i++) {
                lines[i] = randomLine(random, key("ssh-ed25519", i));
            }
            holding(lines);
            for (String host : List.of("h1", "h2", "[h1]:2222", "a.site", "x")) {
                assertThat(ours(host))
                        .as("lines about %s in%n%s", host, Files.readString(file))
                        .isEqualTo(openSsh(host));
                found += ours(host).size();
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    private static String randomLine(Random random, HostKey key) {
        String[] parts = {"h1", "h2", "H1", "*", "h?", "!h1", "!h2", "[h1]:2222", "[h*]:2222", "|1|x|y", "*.site"};
        List<String> names = random.ints(1 + random.nextInt(3), 0, parts.length)
                .mapToObj(part -> parts[part])
                .toList();
        byte[] salt = new byte[KnownHostsLine.SALT_LENGTH];
        random.nextBytes(salt);
        String hashed = KnownHostsLine.hashed(salt, "h" + random.nextInt(3));
        String usual = line(random.nextInt(4) == 0 ? hashed : String.join(",", names), key);
        return switch (random.nextInt(12)) {
            case 0 -> "# " + usual;
            case 1 -> "@revoked " + usual;
            case 2 -> "@cert-authority " + usual;
            case 3 -> "@unknown " + usual;
            case 4 -> "  " + usual.replace(" ", "\t ") + " a comment";
            case 5 -> usual.substring(0, usual.length() - 20);
            case 6 -> usual.replace("ssh-ed25519", "ssh-rsa");
            case 7 -> "";
            case 8 -> names.get(0) + " 1024 35 1234567890";
            case 9 -> usual + " user@host";
            default -> usual;
        };
    }

    private List<Integer> ours(String host) {
        return KnownHostsFile.read(file).about(host).stream()
                .map(KnownHostsLine::number)
                .toList();
    }

    private List<Integer> openSsh(String host) throws Exception {
        Process process = new ProcessBuilder("ssh-keygen", "-l", "-F", host, "-f", file.toString()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines()
                .filter(line -> line.startsWith("# Host "))
                .map(line -> Integer.parseInt(line.replaceFirst(".*line (\\d+).*", "$1")))
                .toList();
    }

    @Test
    void otherKeyOfTheHostIsAChange() throws IOException {
        assertThat(status(HOST, TWO, line("h1", ONE))).isEqualTo(Status.CHANGED);
        assertThat(status(HOST, RSA, line("h1", ONE))).isEqualTo(Status.CHANGED);
    }

    @Test
    void changeNamesTheLineOfTheSameTypeBothFingerprintsAndTheRemedy() throws IOException {
        KnownHosts hosts = holding("# ours", line("h1", RSA), line("h1", ONE));

        assertThat(hosts.refusal(HOST, TWO).orElseThrow())
                .contains(TWO.fingerprint(), ONE.fingerprint(), file + " line 3", "ssh-keygen -R 'h1' -f " + file);
    }

    @Test
    void oneOfSeveralKeysIsEnough() throws IOException {
        assertThat(status(HOST, TWO, line("h1", RSA), line("h1", ONE), line("h1", TWO)))
                .isEqualTo(Status.KNOWN);
    }

    @Test
    void unknownKeyIsNamedWithPlaceTypeFingerprintAndRemedy() throws IOException {
        KnownHosts hosts = holding(line("other", ONE));

        assertThat(hosts.refusal(at("h1", 2222), ONE).orElseThrow())
                .contains("ssh-ed25519", ONE.fingerprint(), "[h1]:2222", file.toString(), "-p 2222 h1");
    }

    @Test
    void revokedKeyIsRefusedWhereverItStandsAndWhateverElseIsSaid() throws IOException {
        Path global = directory.resolve("global");
        Files.writeString(global, "@revoked * " + ONE.type() + " " + ONE.base64() + "\n");
        Files.writeString(file, line("h1", ONE) + "\n");
        KnownHosts hosts = new KnownHosts(List.of(file), List.of(global), Unknown.ADDED);

        assertThat(hosts.find(HOST, ONE).status()).isEqualTo(Status.REVOKED);
        assertThat(hosts.refusal(HOST, ONE).orElseThrow()).contains(ONE.fingerprint(), global + " line 1");
    }

    @Test
    void revokedKeyOfAnotherHostIsNotRevokedHere() throws IOException {
        assertThat(status(HOST, ONE, line("h1", ONE), "@revoked " + line("h2", ONE)))
                .isEqualTo(Status.KNOWN);
    }

    @Test
    void certificateAuthorityAloneIsRefusedAndSaidToBeUnsupported() throws IOException {
        KnownHosts hosts = holding("@cert-authority " + line("*", TWO));

        assertThat(hosts.find(HOST, ONE).status()).isEqualTo(Status.CERT_AUTHORITY);
        assertThat(hosts.find(HOST, TWO).status()).isEqualTo(Status.CERT_AUTHORITY);
        assertThat(hosts.refusal(HOST, ONE).orElseThrow()).contains("not checked", file + " line 1");
        assertThat(hosts.types(HOST)).isEmpty();
    }

    @Test
    void certificateAuthorityBesideTheHostsOwnKeyDoesNotMatter() throws IOException {
        assertThat(status(HOST, ONE, "@cert-authority " + line("*", TWO), line("h1", ONE)))
                .isEqualTo(Status.KNOWN);
    }

    @Test
    void aliasTakesThePlaceOfNameAndPort() throws IOException {
        SshAddress address = new SshAddress("10.0.0.1", 2222, Optional.of("Cluster"));

        assertThat(status(address, ONE, line("cluster", ONE))).isEqualTo(Status.KNOWN);
        assertThat(status(address, ONE, line("[10.0.0.1]:2222,10.0.0.1", ONE))).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void otherKeyUnderTheNameWithoutPortIsNoChange() throws IOException {
        assertThat(status(at("h1", 2222), TWO, line("h1", ONE))).isEqualTo(Status.UNKNOWN);
        assertThat(status(at("h1", 2222), ONE, "@revoked " + line("h1", ONE))).isEqualTo(Status.REVOKED);
    }

    @Test
    void typesAreThoseOfStoredKeys() throws IOException {
        KnownHosts hosts = holding(line("h1", RSA), line("h2", ONE), "@revoked " + line("h1", ONE));

        assertThat(hosts.types(HOST)).containsExactly("ssh-rsa");
        assertThat(hosts.types(at("h1", 2222))).containsExactly("ssh-rsa");
        assertThat(hosts.types(at("h3", 22))).isEmpty();
    }

    @Test
    void missingFilesHoldNothing() {
        KnownHosts hosts = new KnownHosts(List.of(file), List.of(directory.resolve("none")), Unknown.REFUSED);

        assertThat(hosts.find(HOST, ONE).status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void unreadableFileTrustsNobody() throws IOException {
        Files.createDirectory(file);
        KnownHosts hosts = new KnownHosts(List.of(file), List.of(), Unknown.ADDED);

        assertThatThrownBy(() -> hosts.refusal(HOST, ONE))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.REFUSED))
                .hasMessageContaining(file.toString());
    }

    @Test
    void changedFileIsReadAnew() throws IOException {
        KnownHosts hosts = holding(line("h1", ONE));
        assertThat(hosts.refusal(HOST, ONE)).isEmpty();

        Files.write(file, List.of(line("h1", TWO), "# more"));

        assertThat(hosts.refusal(HOST, ONE)).isPresent();
        assertThat(hosts.refusal(HOST, TWO)).isEmpty();
    }

    @Test
    void everyByteOfAFileIsKept() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            byte[] text = (line("h1", ONE) + "\r\n\n# c\n").getBytes(StandardCharsets.ISO_8859_1);
            byte[] all = ByteBuffer.allocate(bytes.length + text.length)
                    .put(text)
                    .put(bytes)
                    .array();
            Files.write(file, all);

            assertThat(KnownHostsFile.read(file).text().getBytes(StandardCharsets.ISO_8859_1))
                    .isEqualTo(all);
        }
    }

    @Test
    void newKeyIsAddedBehindWhatIsThere() throws IOException {
        Files.writeString(file, "# no line end");
        KnownHosts hosts = new KnownHosts(List.of(file), List.of(), Unknown.ADDED);

        assertThat(hosts.refusal(at("h1", 2222), ONE)).isEmpty();

        assertThat(file).hasContent("# no line end\n" + line("[h1]:2222", ONE) + "\n");
        assertThat(hosts.refusal(at("h1", 2222), TWO).orElseThrow()).contains(file + " line 2");
    }

    @Test
    void newKeyIsAddedHashedWhereThatIsAsked() throws IOException {
        KnownHosts hosts = new KnownHosts(List.of(directory.resolve("sub/known")), List.of(), Unknown.ADDED_HASHED);

        assertThat(hosts.refusal(HOST, ONE)).isEmpty();

        assertThat(Files.readString(directory.resolve("sub/known")))
                .startsWith("|1|")
                .doesNotContainPattern("(^|[ ,])h1[ ,]");
        assertThat(hosts.find(HOST, ONE).status()).isEqualTo(Status.KNOWN);
    }

    @Test
    void keyIsNotAddedBesideOneThatAnotherProcessAddedMeanwhile() throws IOException {
        new FileCache(file).add("h1", ONE, false);
        new FileCache(file).add("h1", TWO, false);

        assertThat(file).hasContent(line("h1", ONE) + "\n");
    }

    @Test
    void ofManyWhoAddDifferentKeysAtOnceOneIsBelieved() throws Exception {
        int count = 16;
        ExecutorService threads = Executors.newFixedThreadPool(count);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<Optional<String>>> verdicts = IntStream.range(0, count)
                    .mapToObj(i -> threads.submit(() -> {
                        KnownHosts own = new KnownHosts(List.of(file), List.of(), Unknown.ADDED);
                        start.await();
                        return own.refusal(HOST, key("ssh-ed25519", i));
                    }))
                    .toList();
            start.countDown();
            int trusted = 0;
            for (Future<Optional<String>> verdict : verdicts) {
                trusted += verdict.get().isEmpty() ? 1 : 0;
            }
            assertThat(trusted).isOne();
            assertThat(Files.readAllLines(file)).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keyThatCannotBeAddedIsRefused() {
        Path impossible = Path.of("/proc/none/known_hosts");
        KnownHosts hosts = new KnownHosts(List.of(impossible), List.of(), Unknown.ADDED);

        assertThat(hosts.refusal(HOST, ONE).orElseThrow()).contains("cannot be added to " + impossible);
    }

    @Test
    void longPatternsTakeNoTime() throws IOException {
        String evil = "*a".repeat(200) + "b";

        assertThat(status(at("a".repeat(250), 22), ONE, line(evil, ONE))).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void fingerprintIsThatOfSshKeygen() throws Exception {
        Process process = new ProcessBuilder("ssh-keygen", "-lf", "-").start();
        process.getOutputStream().write(line("h1", ONE).getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains(ONE.fingerprint() + " ");
    }
}
