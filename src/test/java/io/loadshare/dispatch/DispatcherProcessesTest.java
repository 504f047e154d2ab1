package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseServer;
import io.loadshare.license.LicenseUsage;
import io.loadshare.license.RequiredLicense;
import io.loadshare.license.ServerUsage;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.ForkedJvm;
import io.loadshare.store.LedgerFile;
import io.loadshare.testing.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Launches from separate processes on shared state. */
@Tag("fault")
class DispatcherProcessesTest {

    private static final int PER_USER = 3;
    private static final int SEATS = 12;

    @TempDir
    Path directory;

    private final List<ForkedJvm> processes = new ArrayList<>();

    @AfterEach
    void killAll() {
        processes.forEach(ForkedJvm::close);
    }

    /** One process's loadshare, as far as it is needed to get places. */
    private static final class Launcher {

        final HostInventory inventory;
        final LoadBoard board;
        final Ledger ledger;
        final Reservations reservations;
        final Dispatcher dispatcher;
        final SplittableRandom random;

        Launcher(Path file, int hosts, long seed, LicenseServer server) {
            this(file, hosts, seed, server, RetrySettings.DEFAULT);
        }

        Launcher(Path file, int hosts, long seed, LicenseServer server, RetrySettings retry) {
            random = new SplittableRandom(seed);
            inventory = new HostInventory(
                    IntStream.rangeClosed(1, hosts)
                            .mapToObj(i -> Host.named("l0" + i))
                            .toList(),
                    List.of());
            TestingLoadSource load = new TestingLoadSource(inventory);
            inventory
                    .hosts()
                    .forEach(host ->
                            load.know(report(host.name().value(), Instant.now()).build()));
            board = load.latest();
            ledger = new LedgerFile(
                    file,
                    AtomicFile.Access.SHARED,
                    inventory,
                    "user" + seed,
                    Instant::now,
                    System::nanoTime,
                    random.split(),
                    System.out::println);
            dispatcher = new DispatcherBuilder(ledger, load, Instant::now, random.split())
                    .placement(PlacementSettings.DEFAULT.withoutSlotLimit())
                    .licenseServer(server)
                    .retry(retry)
                    .build();
            reservations = dispatcher.reservations();
        }

        PlacementRequest request(String user) {
            return PlacementRequest.of("pool vnc", inventory.machinePositions(), user, random.nextLong());
        }

        PlacedRequest place(PlacementRequest request) throws InterruptedException {
            DispatchListener printing = new DispatchListener() {
                @Override
                public void warn(String message) {
                    System.out.println("warning " + message);
                }
            };
            return dispatcher.place(request, WaitPolicy.NONE, printing);
        }
    }

    private static Map<String, Integer> claimsByHost(LedgerView view) {
        Map<String, Integer> count = new HashMap<>();
        view.claims().forEach(claim -> count.merge(claim.host().value(), 1, Integer::sum));
        return count;
    }

    @Test
    void sixteenLaunchesAtOnceOnFourEqualHostsPutFourOnEach() throws Exception {
        Path file = directory.resolve("ledger");
        for (int i = 0; i < 16; i++) {
            processes.add(ForkedJvm.start(OneLaunch.class, file.toString(), Integer.toString(i)));
        }
        for (ForkedJvm process : processes) {
            process.awaitLine("ready");
        }
        for (ForkedJvm process : processes) {
            process.send("go");
        }
        for (ForkedJvm process : processes) {
            assertThat(process.awaitEnd(60, TimeUnit.SECONDS)).isZero();
            assertThat(process.allLines()).as("no warning").containsExactly("ready");
        }

        assertThat(claimsByHost(new Launcher(file, 4, 99, feature -> null).ledger.view()))
                .isEqualTo(Map.of("l01", 4, "l02", 4, "l03", 4, "l04", 4));
    }

    /** Says that it is ready, waits for a line, and starts a job. */
    static final class OneLaunch {

        public static void main(String[] args) throws Exception {
            int number = Integer.parseInt(args[1]);
            Launcher launcher = new Launcher(Path.of(args[0]), 4, number, feature -> null);
            System.out.println("ready");
            System.in.read();
            PlacedRequest place = launcher.place(launcher.request("user" + number % 2));
            launcher.dispatcher.start(place, DispatchListener.SILENT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void launchesFromFourProcessesNeverExceedALicensesLimits(LicenseFeature.Rule rule) throws Exception {
        Path file = directory.resolve("ledger");
        for (int i = 0; i < 4; i++) {
            processes.add(ForkedJvm.start(LicensedLaunches.class, file.toString(), Integer.toString(i), rule.name()));
        }
        int launched = 0;
        int refused = 0;
        for (ForkedJvm process : processes) {
            assertThat(process.awaitEnd(120, TimeUnit.SECONDS)).isZero();
            for (String line : process.allLines()) {
                assertThat(line).isIn("launched", "refused");
                launched += line.equals("launched") ? 1 : 0;
                refused += line.equals("refused") ? 1 : 0;
            }
        }
        assertThat(launched + refused).isEqualTo(200);
        assertThat(launched).isGreaterThan(SEATS);
        assertThat(refused).as("launches beyond the server's seats").isGreaterThan(0);

        LedgerView view = new Launcher(file, 9, 99, feature -> null).ledger.view();
        assertThat(view.claims()).isNotEmpty().allMatch(claim -> claim instanceof TrackedJob);
    }

    /** Starts fifty jobs of 24 users, ends some, and looks after each start whether a limit is broken. */
    static final class LicensedLaunches {

        public static void main(String[] args) throws Exception {
            LicenseFeature feature = new LicenseFeature(
                    "matlab", "MATLAB", PER_USER, LicenseFeature.Rule.valueOf(args[2]), List.of("lmstat"));
            LicenseServer server = any -> new ServerUsage.Known(SEATS, 0, Set.of());
            Launcher launcher = new Launcher(Path.of(args[0]), 9, Integer.parseInt(args[1]), server);
            List<String> mine = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String user = "user" + launcher.random.nextInt(24);
                try {
                    PlacedRequest place =
                            launcher.place(launcher.request(user).withLicenses(List.of(RequiredLicense.of(feature))));
                    launcher.dispatcher.start(place, DispatchListener.SILENT);
                    mine.add(place.id());
                    System.out.println("launched");
                } catch (LoadshareException e) {
                    System.out.println(e.getMessage().contains("none is free") ? "refused" : e.getMessage());
                }
                LicenseUsage usage = LicenseUsage.of(feature, launcher.board, launcher.ledger.view());
                for (int u = 0; u < 24; u++) {
                    if (usage.hosts("user" + u) > PER_USER) {
                        System.out.println("user" + u + " holds " + usage.hosts("user" + u) + " seats");
                    }
                }
                if (usage.bySeat().size() > SEATS) {
                    System.out.println(usage.bySeat().size() + " seats are taken");
                }
                if (mine.size() > 9) {
                    launcher.reservations.end(
                            mine.remove(launcher.random.nextInt(mine.size())),
                            OptionalInt.of(0),
                            Instant.now(),
                            warning -> {});
                }
            }
        }
    }

    @Test
    void fourProcessesThatNeedTwoFeaturesInRandomOrderGetAllOrNone() throws Exception {
        int requests = Size.of("loadshare.features.requests", 25, 200);
        Path file = directory.resolve("ledger");
        for (int i = 0; i < 4; i++) {
            processes.add(ForkedJvm.start(
                    TwoFeatures.class, file.toString(), Integer.toString(i), Integer.toString(requests)));
        }
        int waited = 0;
        for (ForkedJvm process : processes) {
            assertThat(process.awaitEnd(60 + requests, TimeUnit.SECONDS))
                    .as("no process waits forever")
                    .isZero();
            List<String> lines = new ArrayList<>(process.allLines());
            assertThat(lines.remove(lines.size() - 1)).isEqualTo("got " + requests);
            assertThat(lines).as("nothing else happened").containsOnly("waited");
            waited += lines.size();
        }
        assertThat(waited).as("requests that waited for a seat").isGreaterThan(requests);
        LedgerView view = new Launcher(file, 3, 99, feature -> null).ledger.view();
        assertThat(view.claims()).isEmpty();
        assertThat(view.tickets()).isEmpty();
    }

    /** Requests one of two features or both, many times, and checks after each start whether a limit is broken. */
    static final class TwoFeatures {

        static final List<LicenseFeature> FEATURES = List.of(
                new LicenseFeature("matlab", "MATLAB", 1, LicenseFeature.Rule.SPREAD, List.of("lmstat")),
                new LicenseFeature(
                        "statistics",
                        Optional.empty(),
                        "Statistics_Toolbox",
                        1,
                        LicenseFeature.Rule.SAVE,
                        List.of("lmstat"),
                        Optional.empty()));
        static final Map<String, Integer> SEATS = Map.of("matlab", 2, "statistics", 1);
        static final RetrySettings AT_ONCE =
                new RetrySettings(Duration.ofMillis(2), 1, Duration.ofMillis(1), Duration.ofMillis(2));

        public static void main(String[] args) throws Exception {
            LicenseServer server = feature -> new ServerUsage.Known(SEATS.get(feature.name()), 0, Set.of());
            int number = Integer.parseInt(args[1]);
            Launcher launcher = new Launcher(Path.of(args[0]), 3, number, server, AT_ONCE);
            DispatchListener listener = new DispatchListener() {
                @Override
                public void warn(String message) {
                    System.out.println("warning " + message);
                }

                @Override
                public void waitsFor(List<String> reasons) {
                    System.out.println("waited");
                }
            };
            int got = 0;
            for (; got < Integer.parseInt(args[2]); got++) {
                List<RequiredLicense> both = new ArrayList<>();
                FEATURES.forEach(
                        feature -> both.add(launcher.random.nextInt(both.size() + 1), RequiredLicense.of(feature)));
                List<RequiredLicense> needed = both.subList(0, 1 + launcher.random.nextInt(2));
                PlacementRequest request = launcher.request("u" + number).withLicenses(needed);
                PlacedRequest place = launcher.dispatcher.place(request, WaitPolicy.ENDLESS, listener);
                launcher.dispatcher.start(place, listener);
                for (LicenseFeature feature : FEATURES) {
                    LicenseUsage usage = LicenseUsage.of(feature, launcher.board, launcher.ledger.view());
                    if (usage.bySeat().size() > SEATS.get(feature.name())) {
                        System.out.println(feature.name() + ": " + usage.bySeat());
                    }
                }
                launcher.reservations.end(place.id(), OptionalInt.of(0), Instant.now(), warning -> {});
            }
            System.out.println("got " + got);
        }
    }

    @Test
    void waitingProcessesAreServedInTurnAlsoWhenTheFirstIsKilled() throws Exception {
        Path file = directory.resolve("ledger");
        Launcher here = new Launcher(file, 1, 99, Waiting.ONE_SEAT);
        PlacedRequest held =
                here.place(here.request("other").withLicenses(List.of(RequiredLicense.of(Waiting.MATLAB))));
        here.dispatcher.start(held, DispatchListener.SILENT);
        for (int i = 0; i < 3; i++) {
            ForkedJvm process = ForkedJvm.start(Waiting.class, file.toString(), Integer.toString(i));
            processes.add(process);
            process.awaitLine("waits");
        }
        assertThat(here.ledger.view().tickets())
                .extracting(ticket -> ticket.user())
                .containsExactly("u0", "u1", "u2");

        here.reservations.end(held.id(), OptionalInt.of(0), Instant.now(), warning -> {});

        processes.get(0).awaitLine("placed");
        assertThat(here.ledger.view().claims()).extracting(Claim::user).containsExactly("u0");
        processes.get(1).close();
        processes.get(0).send("end");
        assertThat(processes.get(0).awaitEnd(60, TimeUnit.SECONDS)).isZero();
        assertThat(here.ledger.view().tickets())
                .extracting(ticket -> ticket.user())
                .containsExactly("u1", "u2");
        here.ledger.transact(view -> Ledger.Decision.of( // the killed one's ticket, void two minutes later
                null,
                new LedgerRecord.TicketRenewed(
                        view.tickets().iterator().next().id(),
                        false,
                        Instant.now().minusSeconds(300))));
        processes.get(2).awaitLine("placed");
    }

    /** Waits for the only seat, holds it until a line comes, and ends. */
    static final class Waiting {

        static final LicenseFeature MATLAB =
                new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of("lmstat"));
        static final LicenseServer ONE_SEAT = any -> new ServerUsage.Known(1, 0, Set.of());

        public static void main(String[] args) throws Exception {
            Launcher launcher = new Launcher(Path.of(args[0]), 1, Integer.parseInt(args[1]), ONE_SEAT);
            DispatchListener listener = new DispatchListener() {
                @Override
                public void waitsFor(List<String> reasons) {
                    System.out.println("waits " + reasons);
                }
            };
            PlacementRequest request =
                    launcher.request("u" + args[1]).withLicenses(List.of(RequiredLicense.of(MATLAB)));
            PlacedRequest place = launcher.dispatcher.place(request, WaitPolicy.ENDLESS, listener);
            launcher.dispatcher.start(place, listener);
            System.out.println("placed");
            System.in.read();
            launcher.reservations.end(place.id(), OptionalInt.of(0), Instant.now(), warning -> {});
        }
    }
}
