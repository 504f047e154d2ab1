package io.loadshare.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport.Desktop;
import io.loadshare.load.LoadReport.LicenseHolder;
import io.loadshare.load.LoadReport.ObservedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTextTest {

    private static final LoadReport FULL = new LoadReport(
            new HostName("l01"),
            Instant.ofEpochMilli(1_795_370_000_123L),
            new LoadReport.Boot("7a5b1c1e-0000-4000-8000-000000000001", Duration.ofMillis(12_345_670)),
            new LoadReport.LoadAverage(0.25, 1, 15.5, 3, 345),
            2.5,
            new LoadReport.Memory(64L << 30, 12_345_678_912L),
            new LoadReport.Threads(2, 1, true),
            List.of(new ObservedJob("k3f9", 2, "alice", 1, 5L << 30), new ObservedJob("k3fa", 1, "ute müller", 0)),
            new LoadReport.People(
                    Optional.of(List.of("alice", "bob")),
                    List.of(
                            new Desktop(
                                    "alice",
                                    ":3",
                                    Optional.of(Duration.ofHours(30)),
                                    Optional.of(Duration.ofMinutes(2))),
                            new Desktop("bob", ":4", Optional.of(Duration.ofSeconds(1)), Optional.empty()))),
            List.of(new LicenseHolder("matlab", "alice", 2)),
            new LoadReport.Health(
                    Optional.of("/imaging is not mounted"),
                    Optional.of("the home directory /home/a did not answer within 2 s"),
                    new LoadReport.Pressure(OptionalDouble.of(12.34), OptionalDouble.of(0))),
            true,
            List.of(
                    new LoadReport.Nodes("n[1-2],big1", 3, "mixed", 5, 1, ""),
                    new LoadReport.Nodes("n3", 1, "down*", 0, 0, "Not responding")));

    private static final LoadReport BARE = new LoadReport(
            new HostName("big1"),
            Instant.ofEpochMilli(0),
            new LoadReport.Boot("b", Duration.ZERO),
            new LoadReport.LoadAverage(0, 0, 0, 0, 0),
            0.000001,
            new LoadReport.Memory(0, 0),
            new LoadReport.Threads(0, 0, false),
            List.of(),
            LoadReport.People.UNKNOWN,
            List.of(),
            LoadReport.Health.GOOD,
            false,
            List.of());

    private static LoadReport parse(String text) {
        return ReportText.parse(text, "report");
    }

    @Test
    void textOfAReportIsAsDocumented() {
        assertThat(ReportText.print(FULL))
                .isEqualTo(
                        """
                loadshare-report=1
                host=l01
                measured=1795370000.123
                bootId=7a5b1c1e-0000-4000-8000-000000000001
                uptime=12345.67
                load1=0.25
                load5=1
                load15=15.5
                running=3
                total=345
                cores=2.5
                memoryTotal=68719476736
                memoryAvailable=12345678912
                runnable=2
                ownRunnable=1
                complete=yes
                pressureIo=12.34
                pressureMemory=0
                job=k3f9\t2\talice\t1\t5368709120
                job=k3fa\t1\tute müller\t0\t0
                users=2
                user=alice
                user=bob
                nodes=n[1-2],big1\t3\tmixed\t5\t1\t
                nodes=n3\t1\tdown*\t0\t0\tNot responding
                desktop=alice\t:3\t108000\t120
                desktop=bob\t:4\t1\t-
                license=matlab\talice\t2
                agent=yes
                stalled=the home directory /home/a did not answer within 2 s
                complaint=/imaging is not mounted
                end=loadshare-report
                """);
    }

    @Test
    void printedReportsReadAsTheyWere() {
        assertThat(parse(ReportText.print(FULL))).isEqualTo(FULL);
        assertThat(parse(ReportText.print(BARE))).isEqualTo(BARE);
    }

    @Test
    void nobodyLoggedInDiffersFromUnknown() {
        String text = ReportText.print(BARE);
        assertThat(parse(text).people().users()).isEmpty();
        assertThat(parse(text.replace("end=", "users=0\nend=")).people().users())
                .hasValue(List.of());
    }

    @Test
    void randomNumbersReadAsTheyWereToSixDecimals() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            double load = Math.round(random.nextDouble() * Math.pow(10, random.nextInt(10))) / 1e6;
            String text = ReportText.print(BARE).replace("load1=0\n", "load1=" + plain(load) + "\n");
            assertThat(parse(text).loadAverage().load1()).isEqualTo(load);
            assertThat(ReportText.print(parse(text))).isEqualTo(text);
        }
    }

    private static String plain(double value) {
        return new java.math.BigDecimal(Double.toString(value))
                .stripTrailingZeros()
                .toPlainString();
    }

    @Test
    void unknownKeysAreIgnored() {
        assertThat(parse(ReportText.print(FULL).replace("uptime=", "gpu=A100\nuptime=")))
                .isEqualTo(FULL);
    }

    @Test
    void answersOfProbesTakeHostAndTimeFromTheScanner() {
        String answer = ReportText.print(FULL).replaceAll("(?m)^(host|measured)=.*\n", "");
        LoadReport report = ReportText.parseAnswer(answer, new HostName("l02"), Instant.ofEpochMilli(5), "answer");
        assertThat(report.host()).isEqualTo(new HostName("l02"));
        assertThat(report.measuredAt()).isEqualTo(Instant.ofEpochMilli(5));
        assertThatThrownBy(() -> parse(answer)).hasMessageStartingWith("report: lacks host, measured (found 'bootId, ");
    }

    @Test
    void aProbeCannotNameAnotherHost() {
        LoadReport report =
                ReportText.parseAnswer(ReportText.print(FULL), new HostName("l02"), Instant.ofEpochMilli(5), "answer");
        assertThat(report.host()).isEqualTo(new HostName("l02"));
    }

    @Test
    void newerVersionIsToldApartFromDamage() {
        String newer = ReportText.print(FULL).replace("report=1\n", "report=2\n");
        assertThatThrownBy(() -> parse(newer))
                .isInstanceOf(NewerFormatException.class)
                .hasMessage("report was written by a newer loadshare (format 2, this one knows 1);"
                        + " update loadshare here");
    }

    @Test
    void everyCutIsNoticed() {
        String text = ReportText.print(FULL);
        for (int length = 0; length < text.length() - 1; length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> parse(cut)).as(cut).isInstanceOf(LoadshareException.class);
        }
    }

    @Test
    void noSingleByteOfDamageIsFatal() {
        String text = ReportText.print(FULL);
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder damaged = new StringBuilder(text);
            damaged.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            try {
                parse(damaged.toString());
            } catch (LoadshareException e) {
                assertThat(e.kind()).isEqualTo(LoadshareException.Kind.DATA);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "loadshare-report=1|Permission denied|is not a report: the first line must be 'loadshare-report=1',"
                        + " found 'Permission denied'",
                "loadshare-report=1|loadshare-report=x|format version must be a whole number, found 'x'",
                "load1=0.25|load1=abc|load1 must be a whole number, found 'abc'",
                "load1=0.25|load1=-1|load1 must be a whole number, found '-1'",
                "load1=0.25|load1=0.25.1|load1 must be a number like 0.5, found '0.25.1'",
                "load1=0.25|load1=|load1 must be a whole number of 1 to 18 digits, found ''",
                "load1=0.25|load9=0.25|lacks load1 (found 'host, measured, bootId, uptime, load9, load5, load15, running,"
                        + " total, cores, mem…')",
                "cores=2.5|cores=0|cores must be > 0, was 0.0",
                "running=3|running=3000000000|running must be at most 2147483647, found '3000000000'",
                "complete=yes|complete=true|complete must be yes or no, found 'true'",
                "users=2|users=3|has users=3 but lists 2",
                "users=2|x=2|lacks users (found 'host, measured, bootId, uptime, load1, load5, load15, running, total,"
                        + " cores, mem…')",
                "load5=1|load1=1|has 'load1' twice",
                "load5=1|junk|contains a line that is not key=value: 'junk'",
                "host=l01|host=../etc/passwd|host name must be 1 to 253 letters, digits, '.', '-' or '_' and not begin"
                        + " with '.' or '-', was '../etc/passwd'",
                "end=loadshare-report|end=loadshare|is cut off: the last line must be 'end=loadshare-report',"
                        + " found 'end=loadshare'",
            })
    void damageIsNamedWithWhatWasFound(String line, String damage, String message) {
        assertThatThrownBy(() -> parse(ReportText.print(FULL).replace(line, damage)))
                .isInstanceOfSatisfying(
                        LoadshareException.class, f -> assertThat(f.kind()).isEqualTo(LoadshareException.Kind.DATA))
                .hasMessage("report: " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job=k\t1\talice",
                "job=k\t1\talice\t1\t1\t1",
                "job=\t1\ta\t1",
                "desktop=alice",
                "desktop=alice\t:1\t5",
                "desktop=alice\t:1\tx\t-",
                "license=m\ta\tx"
            })
    void fieldsAreCounted(String line) {
        assertThatThrownBy(() -> parse(ReportText.print(BARE).replace("end=", line + "\nend=")))
                .isInstanceOf(LoadshareException.class);
    }

    @Test
    void desktopsOfReportsWithoutTheirTimesAreRead() {
        String old = ReportText.print(BARE).replace("end=", "desktop=alice\t:1\nend=");

        assertThat(parse(old).people().desktops()).containsExactly(new Desktop("alice", ":1"));
    }

    @Test
    void jobsOfReportsWithoutTheirMemoryAreRead() {
        String old = ReportText.print(BARE).replace("end=", "job=k\t1\talice\t2\nend=");

        assertThat(parse(old).jobs()).containsExactly(new ObservedJob("k", 1, "alice", 2, 0));
    }

    @Test
    void textAfterTheEndIsDamage() {
        assertThatThrownBy(() -> parse(ReportText.print(FULL) + "more"))
                .hasMessage("report: continues after 'end=loadshare-report' with 'more'");
    }

    @Test
    void sizesAreBounded() {
        String line = "x=" + "y".repeat(5000) + "\n";
        assertThatThrownBy(() -> parse(ReportText.print(FULL).replace("end=", line + "end=")))
                .hasMessage("report: contains a line of 5002 characters (at most 4096 allowed)");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            many.add("x" + i + "=y\n");
        }
        assertThatThrownBy(() -> parse(ReportText.print(FULL).replace("end=", String.join("", many) + "end=")))
                .hasMessageContaining("(at most 262144 allowed)");
    }

    @Test
    void nothingInAReportReachesATerminalAsControl() {
        String text = ReportText.print(FULL)
                .replace("/imaging is", "\u001b[2Jgone \u202Eeverything\u009b1m")
                .replace("user=bob", "user=b\u0007b");
        LoadReport report = parse(text);
        assertThat(report.health().complaint()).hasValue("\\u001b[2Jgone \\u202eeverything\\u009b1m not mounted");
        assertThat(report.people().users()).hasValue(List.of("alice", "b\\u0007b"));
        assertThat(parse(ReportText.print(report))).isEqualTo(report);
    }

    @Test
    void whatIsPrintedCannotForgeLines() {
        LoadReport forged = new LoadReport(
                FULL.host(),
                FULL.measuredAt(),
                new LoadReport.Boot("b\nload1=0", FULL.boot().uptime()),
                new LoadReport.LoadAverage(9, 9, 9, 0, 0),
                1,
                new LoadReport.Memory(0, 0),
                new LoadReport.Threads(0, 0, true),
                List.of(),
                LoadReport.People.UNKNOWN,
                List.of(),
                new LoadReport.Health(
                        Optional.of("x\nend=loadshare-report"), Optional.empty(), LoadReport.Pressure.UNKNOWN),
                false,
                List.of());
        assertThat(parse(ReportText.print(forged)).loadAverage().load1()).isEqualTo(9);
    }
}
