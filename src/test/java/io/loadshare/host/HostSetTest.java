package io.loadshare.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HostSetTest {

    private static String parsed(String expression) {
        return String.join(
                " ", HostSet.parse(expression).stream().map(HostName::value).toList());
    }

    private static List<HostName> names(String words) {
        return List.of(words.split(" ")).stream().map(HostName::new).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    l1 | l1
                    l[01-03] | l01 l02 l03
                    l[1-3] | l1 l2 l3
                    l[8-11] | l8 l9 l10 l11
                    l[08-11] | l08 l09 l10 l11
                    l[098-101] | l098 l099 l100 l101
                    n[0-10/5] | n0 n5 n10
                    n[1,3,5-6] | n1 n3 n5 n6
                    r[1-2]n[1-2] | r1n1 r1n2 r2n1 r2n2
                    l[1-2].site.org | l1.site.org l2.site.org
                    b, a | b a
                    a,b,a | a b
                    l[1-5]!l[2-3] | l1 l4 l5
                    l[1-5]&l[4-9] | l4 l5
                    l[1-3]^l[3-5] | l1 l2 l4 l5
                    a,b!a,a | b a
                    l[1-4]!l1&l[1-2] | l2
                    l[ 1 , 3 ] | l1 l3
                    """)
    void standsForNames(String expression, String names) {
        assertThat(parsed(expression)).isEqualTo(names == null ? "" : names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    l[3-1] | range '3-1' in 'l[3-1]' must increase by a step of at least 1; did you mean '1-3'?
                    l[1-3/0] | range '1-3/0' in 'l[1-3/0]' must increase
                    l[a-b] | range 'a-b' in 'l[a-b]' must be N, N-M or N-M/STEP
                    l[] | range '' in 'l[]' must be
                    l[1-9999999999] | range '1-9999999999' in
                    l[1-99999999] | expands to more than 100000 hosts
                    l[1-1000]m[1-1000] | expands to more than 100000 hosts
                    l[1-2 | has no closing ']'
                    a,,b | node set 'a,,b' has an empty part
                    a, | node set 'a,' has an empty part
                    !a | has an empty part
                    a b | blanks do not separate hosts. Separate them by commas: a,b
                    l]1 | the ']' has no opening '['
                    l[00-099] | must have both ends padded to the same length; did you mean '000-099'?
                    l[0-01] | must have both ends padded
                    n{1..3} | Write ranges in square brackets
                    @meg | or name a pool
                    a!a | node set 'a!a' contains no host
                    -l1 | host name must be
                    """)
    void refusesWhatIsNotWellFormed(String expression, String complaint) {
        assertThatThrownBy(() -> HostSet.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }

    static Stream<String> nodeSetsOfClusterShell() throws IOException {
        try (InputStream in = HostSetTest.class.getResourceAsStream("nodesets.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().filter(line -> !line.startsWith("#")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("nodeSetsOfClusterShell")
    void expandsAndRefusesAsClusterShellDoes(String line) {
        String[] fields = line.split("\t");
        if (fields[1].startsWith("refused")) {
            assertThatThrownBy(() -> HostSet.parse(fields[0])).isInstanceOf(IllegalArgumentException.class);
        } else {
            assertThat(parsed(fields[0])).isEqualTo(fields[1].replace(',', ' '));
        }
    }

    @Test
    void refusesTheEmptyExpression() {
        assertThatThrownBy(() -> HostSet.parse("")).hasMessageContaining("node set '' has an empty part");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    l01 l02 l04 | l[01-02,04]
                    l3 l1 l2 | l[1-3]
                    l9 l10 l11 | l[9-11]
                    l09 l10 | l[09-10]
                    l1 | l1
                    big | big
                    l1 l01 | l1,l01
                    l1 m1 l2 big m2 | l[1-2],m[1-2],big
                    l1.site l2.site | l[1-2].site
                    r1n1 r1n2 r2n1 | r1n[1-2],r2n1
                    l999999999 l1000000000 | l999999999,l1000000000
                    """)
    void foldsNamesIntoAShortExpression(String names, String expression) {
        assertThat(HostSet.fold(names(names))).isEqualTo(expression);
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsFoldedStandsForTheSameNames(int seed) {
        Random random = new Random(seed);
        List<HostName> names = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(40); i++) {
            String number = Integer.toString(random.nextInt(random.nextBoolean() ? 12 : 1200));
            String zeros = "0".repeat(random.nextInt(3) == 0 ? random.nextInt(4) : 0);
            names.add(new HostName(List.of("l", "m", "r1-", "x0y").get(random.nextInt(4))
                    + (random.nextInt(8) == 0 ? "" : zeros + number)
                    + List.of("", "", ".site", "_2-a").get(random.nextInt(4))));
        }

        assertThat(new HashSet<>(HostSet.parse(HostSet.fold(names))))
                .as(HostSet.fold(names))
                .isEqualTo(new HashSet<>(names));
    }

    @Test
    void noTextMakesItFailOtherwiseThanWithWords() {
        Random random = new Random(11);
        String alphabet = "l[]-,!&^/ 0123456789.x";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(12); k >= 0; k--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                HostSet.parse(text.toString());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
