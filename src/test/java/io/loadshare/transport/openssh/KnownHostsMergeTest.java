package io.loadshare.transport.openssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.transport.HostKey;
import io.loadshare.transport.openssh.KnownHostsMerge.Finding;
import io.loadshare.transport.openssh.KnownHostsMerge.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownHostsMergeTest {

    private static final HostKey OLD = KnownHostsTest.key("ssh-ed25519", 1);
    private static final HostKey NEW = KnownHostsTest.key("ssh-ed25519", 2);
    private static final HostKey THIRD = KnownHostsTest.key("ssh-ed25519", 3);
    private static final HostKey RSA = KnownHostsTest.key("ssh-rsa", 4);

    @TempDir
    Path directory;

    private List<Finding> findings;

    private static String line(String names, HostKey key) {
        return names + " " + key.type() + " " + key.base64();
    }

    private static String text(String... lines) {
        return String.join("\n", lines) + "\n";
    }

    private String merge(String ours, String site, String... accepted) {
        return merge(ours, site, Set.of(accepted), Set.of());
    }

    private String merge(String ours, String site, Set<String> accepted, Set<String> names) {
        KnownHostsMerge merge = new KnownHostsMerge(
                KnownHostsFile.parse(Path.of("ours"), ours),
                KnownHostsFile.parse(Path.of("site"), site),
                accepted,
                names);
        String merged = merge.merged().text();
        findings = merge.findings();
        return merged;
    }

    private static String hashed(String host, int seed) {
        byte[] salt = new byte[KnownHostsLine.SALT_LENGTH];
        new Random(seed).nextBytes(salt);
        return KnownHostsLine.hashed(salt, host);
    }

    @Test
    void newKeysAreAddedAtTheEndAndEqualOnesLeft() {
        String ours = text("# mine", line("h1,10.0.0.1", OLD) + " my comment", "", "broken line");

        assertThat(merge(ours, text(line("h1,10.0.0.1,h1.lab", OLD), line("h1", RSA), line("h2", NEW) + " site's")))
                .isEqualTo(ours + text(line("h1.lab", OLD), line("h1", RSA), line("h2", NEW) + " site's"));
        assertThat(findings)
                .extracting(Finding::kind)
                .containsExactly(Kind.EQUAL, Kind.EQUAL, Kind.NEW, Kind.NEW, Kind.NEW);
    }

    @Test
    void aLastLineWithoutEndGetsOneBeforeAnythingIsAdded() {
        assertThat(merge("# mine", text(line("h2", NEW)))).isEqualTo(text("# mine", line("h2", NEW)));
    }

    @Test
    void aChangedKeyIsToldWithBothAndReplacedOnlyIfThatIsAccepted() {
        String ours = text("# a", line("h1,10.0.0.1", OLD) + "  kept comment\t", line("h2", OLD));
        String site = text(line("h1,10.0.0.1", NEW) + " other comment", line("h2", NEW));

        assertThat(merge(ours, site)).isEqualTo(ours);
        assertThat(findings).hasSize(3).allMatch(f -> f.kind() == Kind.CHANGED);
        assertThat(findings.get(0).key()).isEqualTo(NEW);
        assertThat(findings.get(0).before()).contains(OLD);

        assertThat(merge(ours, site, "h1"))
                .isEqualTo(text("# a", line("h1,10.0.0.1", NEW) + "  kept comment\t", line("h2", OLD)));
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.REPLACED, Kind.REPLACED, Kind.CHANGED);
    }

    @Test
    void aLineAboutOthersTooKeepsTheOldKeyForThem() {
        assertThat(merge(text(line("h1,h2", OLD), "# end"), text(line("h1", NEW)), "h1"))
                .isEqualTo(text(line("h2", OLD), "# end", line("h1", NEW)));
        assertThat(merge(text(line("*.lab,10.?", OLD)), text(line("h1.lab", NEW)), "h1.lab"))
                .isEqualTo(text(line("*.lab,10.?,!h1.lab", OLD), line("h1.lab", NEW)));
    }

    @Test
    void hashedNamesStayHashed() {
        String name = hashed("h1", 1);

        assertThat(merge(text(line(name, OLD) + " x"), text(line("h1", NEW)), "h1"))
                .isEqualTo(text(line(name, NEW) + " x"));
        assertThat(merge(text(line(hashed("[h1]:2222", 1), OLD)), text(line("[h1]:2222", OLD))))
                .isEqualTo(text(line(hashed("[h1]:2222", 1), OLD)));
    }

    @Test
    void aHashedLineOfTheSiteIsTakenOnlyIfItsHostCanBeTold() {
        String theirs = hashed("h1", 2);
        String ours = text(line(hashed("h1", 1), OLD));

        assertThat(merge(ours, text(line(theirs, NEW)))).isEqualTo(ours);
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.NOT_UNDERSTOOD);
        assertThat(merge(ours, text(line(theirs, NEW)), Set.of(), Set.of("h1"))).isEqualTo(ours);
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.CHANGED);
        assertThat(merge(ours, text(line(theirs, NEW)), "h1")).isEqualTo(text(line(hashed("h1", 1), NEW)));
        assertThat(merge("", text(line(theirs, NEW)), Set.of(), Set.of("h1"))).isEqualTo(text(line(theirs, NEW)));
    }

    @Test
    void aPatternOfTheSiteChangesNoKeyOfAKnownHostUnasked() {
        String ours = text(line("h1.lab", OLD), line("h2.lab,h2", OLD));
        String site = text(line("*.lab,!h9.lab", NEW));

        assertThat(merge(ours, site)).isEqualTo(ours);
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.CHANGED);
        assertThat(merge(ours, site, "h1.lab")).isEqualTo(text(line("h2", OLD), line("*.lab,!h9.lab", NEW)));
    }

    @Test
    void severalKeysOfOneHostLiveSideBySide() {
        String ours = text(line("h1", OLD));

        assertThat(merge(ours, text(line("h1", OLD), line("h1", NEW)))).isEqualTo(ours + text(line("h1", NEW)));
        assertThat(merge(text(line("h1", OLD), line("h1", THIRD)), text(line("h1", NEW)), "h1"))
                .isEqualTo(text(line("h1", NEW)));
    }

    @Test
    void revokedKeysStayRevokedAndAuthoritiesChangeOnlyIfAccepted() {
        String ours = text(
                "@revoked * " + line("", NEW).strip(),
                "@cert-authority *.lab " + line("", OLD).strip());
        String site = text(
                line("h1", NEW),
                "@revoked h3 " + line("", RSA).strip(),
                "@cert-authority *.lab " + line("", THIRD).strip());

        assertThat(merge(ours, site))
                .isEqualTo(ours + text("@revoked h3 " + line("", RSA).strip()));
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.REVOKED_HERE, Kind.NEW, Kind.CHANGED);
        assertThat(merge(ours, site, "any.lab"))
                .isEqualTo(text(
                        "@revoked * " + line("", NEW).strip(),
                        "@cert-authority *.lab " + line("", THIRD).strip(),
                        "@revoked h3 " + line("", RSA).strip()));
    }

    // ---- generated files, with OpenSSH's own program as the judge ----

    private static final int FILES = 500;
    private static final long SEED = 1999;
    private static final List<String> HOSTS =
            List.of("h1", "h2.site", "[h3]:2222", "10.0.0.4", "fe80::5%eth0", "[::1]:22022", "h7.lab");

    /** A generated pair of lists: ours, and what the site says of some of the same hosts. */
    private static final class Generated {

        final Random random;
        final List<String> ours = new ArrayList<>();
        final List<String> site = new ArrayList<>();
        final Map<String, HostKey> old = new HashMap<>();
        final Map<String, HostKey> current = new HashMap<>();
        final Set<String> accepted = new HashSet<>();

        Generated(long seed) {
            random = new Random(seed);
            for (String host : HOSTS) {
                junk();
                describe(host);
            }
            junk();
        }

        private HostKey key() {
            return KnownHostsTest.key("ssh-ed25519", random.nextInt());
        }

        private void describe(String host) {
            HostKey mine = key();
            if (random.nextInt(4) > 0) {
                old.put(host, mine);
                ours.add(ours(host, mine));
            }
            int fate = random.nextInt(4);
            if (fate > 0) {
                HostKey theirs = fate == 1 || !old.containsKey(host) && fate == 2 ? mine : key();
                current.put(host, theirs);
                site.add(line(random.nextInt(5) == 0 ? hashed(host, random.nextInt()) : host, theirs));
                if (random.nextBoolean()) {
                    accepted.add(host);
                }
            }
        }

        /** One of the ways in which a line can be about a host. */
        private String ours(String host, HostKey key) {
            String names =
                    switch (random.nextInt(6)) {
                        case 0 -> hashed(host, random.nextInt());
                        case 1 -> host + ",alias" + random.nextInt(1000);
                        case 2 -> "first" + random.nextInt(1000) + "," + host;
                        case 3 ->
                            host.startsWith("[") ? host : host.charAt(0) + "?" + host.substring(2) + ",!" + host + "x";
                        default -> host;
                    };
            String blanks = random.nextBoolean() ? " " : "\t ";
            String comment = random.nextBoolean() ? "" : "  caf\u00e9 # " + random.nextInt(1000);
            return (random.nextInt(8) == 0 ? "  " : "") + names + blanks + key.type() + blanks + key.base64() + comment;
        }

        private void junk() {
            List<String> lines = List.of(
                    "# a comment, \u00c3\u00a9",
                    "",
                    "   ",
                    "h1 ssh-ed25519 damaged",
                    "@unknown h1 ssh-ed25519 " + key().base64(),
                    "@cert-authority *.other " + line("", key()).strip(),
                    "@revoked * " + line("", key()).strip() + " stolen",
                    "[other]:77,other " + line("", key()).strip(),
                    "other\tssh-rsa " + key().base64());
            for (int i = random.nextInt(3); i > 0; i--) {
                ours.add(lines.get(random.nextInt(lines.size())));
            }
        }
    }

    @Test
    void inGeneratedFilesOnlyIntendedLinesChangeAndOpensshAgrees() throws Exception {
        int[] kinds = new int[Kind.values().length];
        for (int i = 0; i < FILES; i++) {
            Generated generated = new Generated(SEED + i);
            boolean ended = i % 7 > 0 || generated.ours.isEmpty();
            String ours = String.join("\n", generated.ours) + (ended && !generated.ours.isEmpty() ? "\n" : "");

            String merged =
                    merge(ours, text(generated.site.toArray(String[]::new)), generated.accepted, Set.copyOf(HOSTS));

            findings.forEach(finding -> kinds[finding.kind().ordinal()]++);
            assertThat(changedLines(generated, merged)).as("file %d", i).isEmpty();
            judge(generated, merged, HOSTS.get(i % HOSTS.size()), i);
        }
        assertThat(kinds[Kind.NEW.ordinal()]).isPositive();
        assertThat(kinds[Kind.EQUAL.ordinal()]).isPositive();
        assertThat(kinds[Kind.CHANGED.ordinal()]).isPositive();
        assertThat(kinds[Kind.REPLACED.ordinal()]).isPositive();
    }

    /** Our lines that are not where they were although nobody accepted another key in them. */
    private static List<String> changedLines(Generated generated, String merged) {
        Set<String> mayChange = new LinkedHashSet<>();
        generated.accepted.forEach(host -> {
            if (generated.old.containsKey(host) && !generated.old.get(host).equals(generated.current.get(host))) {
                mayChange.add(generated.old.get(host).base64());
            }
        });
        List<String> left = new ArrayList<>(List.of(merged.split("\n", -1)));
        List<String> missing = new ArrayList<>();
        for (String line : generated.ours) {
            int at = left.indexOf(line);
            if (at >= 0) {
                left.subList(0, at + 1).clear();
            } else if (mayChange.stream().noneMatch(line::contains)) {
                missing.add(line);
            }
        }
        return missing;
    }

    /** What {@code ssh-keygen -F} finds of a host, against what is intended. */
    private void judge(Generated generated, String merged, String host, int number)
            throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("known_hosts"), merged, StandardCharsets.ISO_8859_1);
        Process process = new ProcessBuilder("ssh-keygen", "-F", host, "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor();
        HostKey old = generated.old.get(host);
        HostKey current = generated.current.get(host);
        boolean replaced = generated.accepted.contains(host);
        HostKey wanted = old == null ? current : current == null || !replaced ? old : current;
        for (HostKey key : new HostKey[] {old, current}) {
            if (key != null) {
                assertThat(found.contains(key.base64()))
                        .as("file %d: ssh-keygen -F %s finds %s in\n%s\n%s", number, host, key, merged, found)
                        .isEqualTo(key.equals(wanted));
            }
        }
    }
}
