package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.license.Seat;
import io.loadshare.license.ServerUsage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LmstatOutputTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final HostInventory INVENTORY = new HostInventory(
            List.of(
                    Host.named("l01"),
                    Host.named("l02"),
                    Host.named("Big1.site.org"),
                    new Host(
                            new HostName("x"),
                            "10.1.2.3",
                            OptionalInt.empty(),
                            Optional.empty(),
                            Set.of(),
                            1,
                            false,
                            Optional.empty())),
            List.of());

    private static final String HEAD =
            """
            lmutil - Copyright (c) 1989-2019 Flexera. All Rights Reserved.
            Flexible License Manager status on Sun 11/22/2026 12:00

            License server status: 27000@lic
                License file(s) on lic: /usr/local/flexlm/license.dat:

                   lic: license server UP (MASTER) v11.16.2

            Vendor daemon status (on lic):

                   MLM: UP v11.16.2
            Feature usage info:

            """;

    private static final String MATLAB =
            """
            Users of MATLAB:  (Total of 34 licenses issued;  Total of 5 licenses in use)

              "MATLAB" v45, vendor: MLM, expiry: 01-jan-0000
              vendor_string: xx=1:DUP_GROUP=UH
              floating license

                alice l01 l01:3 (v45) (lic/27000 105), start Sun 11/22 9:00
                alice L02.site.org :0 (v45) (lic/27000 205), start Sun 11/22 9:01, 2 licenses
                bob big1 /dev/pts/3 (v45) (lic/27000 305), start Fri 11/20 17:30 (linger: 3600)
                carol 10.1.2.3  (v45) (lic/27000 405), start Fri 11/20 17:30
                dave laptop laptop (v45) (lic/27000 505), start Fri 11/20 17:30
                \t2 RESERVATIONs for USER erin (lic/27000)

            """;

    private static final String TOOLBOX =
            """
            Users of Image_Toolbox:  (Total of 1 license issued;  Total of 0 licenses in use)

            Users of Compiler:  (Uncounted, node-locked)

            Users of Old_Toolbox:  (Error: 5 licenses, unsupported by licensed server)

            """;

    private static ServerUsage usage(String text, String feature) {
        return new LmstatOutput(text, INVENTORY).usage(feature, TODAY);
    }

    private static Seat seat(String user, String host) {
        return new Seat(user, new HostName(host));
    }

    @Test
    void tellsTotalsAndHoldersByTheConfiguredNamesOfTheirHosts() {
        assertThat(usage(HEAD + MATLAB + TOOLBOX, "matlab"))
                .isEqualTo(new ServerUsage.Known(
                        34,
                        5,
                        Set.of(
                                seat("alice", "l01"),
                                seat("alice", "l02"),
                                seat("bob", "Big1.site.org"),
                                seat("carol", "x"),
                                seat("dave", "laptop")),
                        List.of("2 reservations for USER erin")));
    }

    @Test
    void tellsEachFeatureApart() {
        assertThat(usage(HEAD + TOOLBOX + MATLAB, "Image_Toolbox")).isEqualTo(new ServerUsage.Known(1, 0, Set.of()));
    }

    @Test
    void addsUpWhatSeveralServersServe() {
        String second = MATLAB.replace("alice", "zoe").replace("Total of 34", "Total of 6");

        ServerUsage.Known known = (ServerUsage.Known) usage(HEAD + MATLAB + HEAD + second, "MATLAB");

        assertThat(known.issued()).isEqualTo(40);
        assertThat(known.inUse()).isEqualTo(10);
        assertThat(known.holders()).contains(seat("alice", "l01"), seat("zoe", "l01"));
    }

    @Test
    void countsTheServerThatAnswersIfAnotherIsDown() {
        String down =
                """
                License server status: 27000@other
                lmgrd is not running: License server machine is down or not responding. (-96,7:2 "No such file")
                """;

        assertThat(usage(down + HEAD + MATLAB, "MATLAB")).isInstanceOf(ServerUsage.Known.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Error getting status: Cannot connect to license server system. (-15,570:115 "Operation now in progress") | Error getting status: Cannot connect
                    lmgrd is not running: License server machine is down or not responding. | lmgrd is not running
                    Benutzer von MATLAB: (34 Lizenzen, 5 in Gebrauch) | does not list MATLAB: 'Benutzer von MATLAB
                    sh: lmutil: not found | does not list MATLAB: 'sh: lmutil: not found'
                    Users of MATLAB: Cannot get users of MATLAB: No such feature exists. (-5,222) | it reports for MATLAB: Cannot get users of MATLAB: No such feature exists
                    Users of MATLAB:  (Error: 5 licenses, unsupported by licensed server) | it reports for MATLAB: (Error: 5 licenses
                    Users of MATLAB:  (Total of 99999999999 licenses issued;  Total of 0 licenses in use) | it reports for MATLAB: (Total of 99999999999
                    """)
    void saysWhyNothingIsKnown(String answer, String reason) {
        assertThat(usage(answer, "MATLAB"))
                .isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                        .contains(reason));
    }

    @Test
    void saysThatThereWasNoAnswer() {
        assertThat(usage(" \n", "MATLAB")).isEqualTo(new ServerUsage.Unknown("it printed nothing about MATLAB"));
    }

    @Test
    void cleansWhatItQuotes() {
        assertThat(usage("\u001b[31m" + "x".repeat(500), "MATLAB"))
                .isInstanceOfSatisfying(ServerUsage.Unknown.class, unknown -> assertThat(unknown.reason())
                        .doesNotContain("\u001b")
                        .hasSizeLessThan(140));
    }

    @ParameterizedTest
    @CsvSource({
        "21-nov-2026, true",
        "22-nov-2026, false",
        "1-Jan-2020, true",
        "01-jan-0000, false",
        "99-xyz-2020, false"
    })
    void anExpiredLicenseIsUnknown(String expiry, boolean expired) {
        ServerUsage usage = usage(HEAD + MATLAB.replace("01-jan-0000", expiry), "MATLAB");

        assertThat(usage instanceof ServerUsage.Unknown).isEqualTo(expired);
        if (expired) {
            assertThat(((ServerUsage.Unknown) usage).reason()).startsWith("license MATLAB expired on 20");
        }
    }

    @Test
    void oneOfTwoPackagesThatExpiredIsNoMatter() {
        String both = MATLAB.replace(
                "  vendor_string", "  \"MATLAB\" v44, vendor: MLM, expiry: 01-jan-2020\n  vendor_string");

        assertThat(usage(HEAD + both, "MATLAB")).isInstanceOf(ServerUsage.Known.class);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = LmstatOutputTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lmstat-vendor-down.txt", "lmstat-vendor-down-asked-for-a-feature.txt"})
    void namesTheVendorDaemonThatIsDown(String answer) throws IOException {
        assertThat(usage(resource(answer), "MATLAB"))
                .isEqualTo(new ServerUsage.Unknown("MLM: The desired vendor daemon is down. (-97,121)"));
    }

    @Test
    void aFeatureThatTheServerDoesNotCountHasNoLimit() throws IOException {
        assertThat(usage(resource("lmstat-uncounted.txt"), "MATLAB")).isEqualTo(new ServerUsage.Uncounted());
        assertThat(usage(HEAD + TOOLBOX, "Compiler")).isEqualTo(new ServerUsage.Uncounted());
    }

    @Test
    void readsABusyDay() throws IOException {
        assertThat(usage(resource("lmstat-busy-day.txt"), "MATLAB"))
                .isEqualTo(new ServerUsage.Known(
                        12,
                        12,
                        Set.of(
                                seat("alice", "l01"),
                                seat("alice", "l02"),
                                seat("Jane Doe", "PC-17"),
                                seat("bob", "L03"),
                                seat("carol", "l04"),
                                seat("dave", "l05"),
                                seat("frank", "l08")),
                        List.of("2 reservations for GROUP teaching", "1 reservation for HOST l07")));
    }

    /** What stands before the version in the line of a holder, and the seat. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    alice l01 desk:0.0 | alice | l01
                    Jane Doe l01 l01:3 | Jane Doe | l01
                    Jane Doe l01 | Jane Doe | l01
                    Jane l01 PC-17 PC-17 | Jane l01 | PC-17
                    Jane Mary Doe PC-17 PC-17 [build farm] | Jane Mary Doe | PC-17
                    Jane Mary Ann Doe PC-17 | |
                    """)
    void findsUserAndHostAmongBlanks(String words, String user, String host) {
        String line = "    " + words + " (v45) (lic/27000 105), start Sun 11/22 9:00";
        String answer = "Users of MATLAB:  (Total of 9 licenses issued;  Total of 1 license in use)\n\n" + line + "\n";

        assertThat(((ServerUsage.Known) usage(answer, "MATLAB")).holders())
                .isEqualTo(user == null ? Set.of() : Set.of(seat(user, host)));
    }

    @Test
    void noAnswerMakesItFail() {
        Random random = new Random(7);
        String whole = HEAD + MATLAB + TOOLBOX;
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder(whole);
            for (int k = 0; k < 1 + random.nextInt(8); k++) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, (char) random.nextInt(300));
                } else {
                    text.delete(at, Math.min(text.length() - 1, at + random.nextInt(60)));
                }
            }
            assertThat(usage(text.toString(), "MATLAB")).isNotNull();
        }
    }
}
