package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.LoadshareException.Kind;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.ledger.Ledger;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a launch goes when starts fail. Hosts answer what the test has them answer. */
class LaunchTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostInventory INVENTORY =
            new HostInventory(List.of(Host.named("l01"), Host.named("l02")), List.of());

    private final TestingClock clock = new TestingClock(NOON);
    private final Ledger ledger = new InMemoryLedger(INVENTORY);
    private final TestingLoadSource load = new TestingLoadSource(INVENTORY);
    private final Deque<Function<PlacedRequest, String>> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> notStarted = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private Consumer<PlacedRequest> preparation = place -> {};
    private Dispatcher dispatcher;

    private final DispatchListener listener = new DispatchListener() {
        @Override
        public void goesElsewhere(HostName host, String reason) {
            heard.add("elsewhere: " + reason);
        }

        @Override
        public void unanswered(PlacedRequest place) {
            heard.add("unanswered: " + place.host().name());
        }
    };

    private final Launch.Owner<String> owner = new Launch.Owner<>() {
        @Override
        public void prepare(PlacedRequest place) {
            preparation.accept(place);
        }

        @Override
        public String start(PlacedRequest place) {
            asked.add(place.host().name().value());
            return answers.remove().apply(place);
        }

        @Override
        public void notStarted(PlacedRequest place) {
            notStarted.add(place.host().name().value());
        }
    };

    @BeforeEach
    void build() {
        dispatcher = new DispatcherBuilder(ledger, load, clock, new SplittableRandom(1))
                .pause(time -> clock.advance(time.isZero() ? Duration.ofMillis(1) : time))
                .build();
        load.know(report("l01", NOON).build(), report("l02", NOON).runnable(1).build());
    }

    private Launch.Started<String> launch(WaitPolicy patience) throws InterruptedException {
        PlacementRequest request = PlacementRequest.of("pool vnc", INVENTORY.machinePositions(), "alice", 1);
        return dispatcher.await(dispatcher.launch(request, patience.withoutScan(), listener, load::look, owner));
    }

    private void answer(String job) {
        answers.add(place -> job);
    }

    private void fail(Kind kind, String message) {
        answers.add(place -> {
            throw new LoadshareException(kind, message);
        });
    }

    private void giveNoAnswer() {
        answers.add(place -> {
            throw new UnansweredStartException(place.host().name(), place.id(), "silence", null);
        });
    }

    private List<String> hostsInLedger() {
        return ledger.view().claims().stream()
                .map(Claim::host)
                .map(Object::toString)
                .toList();
    }

    /** A scan during the preparation does not show the job, and ends its ledger entry. */
    @Test
    void aJobThatStartsAfterALongPreparationIsOnRecord() throws InterruptedException {
        preparation = place -> {
            clock.advance(Claim.GRACE.multipliedBy(3));
            load.know(
                    report("l01", clock.instant()).build(),
                    report("l02", clock.instant()).build());
            dispatcher.reservations().reconcile(load.latest());
            assertThat(hostsInLedger()).isEmpty();
        };
        answer("job");

        assertThat(launch(WaitPolicy.NONE).job()).isEqualTo("job");
        assertThat(hostsInLedger()).containsExactly("l01");
    }

    @Test
    void aHostThatCannotBePreparedIsLeftBeforeTheJobIsOnRecord() throws InterruptedException {
        preparation = place -> {
            if (place.host().name().value().equals("l01")) {
                throw new LoadshareException(Kind.UNAVAILABLE, "l01 has no Java");
            }
        };
        answer("job");

        launch(WaitPolicy.NONE);

        assertThat(asked).containsExactly("l02");
        assertThat(notStarted).isEmpty();
        assertThat(heard).containsExactly("elsewhere: l01 has no Java");
        assertThat(hostsInLedger()).containsExactly("l02");
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "LOST", "REFUSED", "STATE"})
    void aStartThatCertainlyDidNotHappenMovesToTheNextHostAtOnce(Kind kind) throws InterruptedException {
        fail(kind, "l01 is out of order");
        answer("job");

        Launch.Started<String> started = launch(WaitPolicy.NONE);

        assertThat(started.job()).isEqualTo("job");
        assertThat(asked).containsExactly("l01", "l02");
        assertThat(notStarted).containsExactly("l01");
        assertThat(heard).containsExactly("elsewhere: l01 is out of order");
        assertThat(hostsInLedger()).containsExactly("l02");
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "STATE"})
    void aHostThatRefusesStartsAndAnswersScansIsTriedAgainOnlyAfterAWhile(Kind kind) {
        for (int i = 0; i < 100; i++) {
            answers.add(place -> {
                clock.advance(Duration.ofSeconds(1));
                load.know(report("l01", clock.instant()).build());
                throw new LoadshareException(kind, "no home directory");
            });
        }
        PlacementRequest request = PlacementRequest.of("host l01", new int[] {0}, "alice", 1);

        assertThatThrownBy(() ->
                        dispatcher.await(dispatcher.launch(request, WaitPolicy.NONE, listener, load::look, owner)))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.UNAVAILABLE))
                .hasMessageContaining("no home directory");
        assertThat(asked).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aRefusalByTheHostItselfCountsAsAFailedJobOfIt() throws InterruptedException {
        fail(Kind.STATE, "disk full");
        answer("job");

        launch(WaitPolicy.NONE);

        assertThat(ledger.view().at(0).recentEnds())
                .singleElement()
                .satisfies(end -> assertThat(end.end().status()).isEqualTo(126));
    }

    @Test
    void whereEveryHostRefusesTheLoginTheRequestEndsAtOnceWithTheirWords() {
        fail(Kind.REFUSED, "l01: account expired");
        fail(Kind.REFUSED, "l02: no shell");

        assertThatThrownBy(() -> launch(WaitPolicy.ENDLESS))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.REFUSED))
                .hasMessageContaining("account expired")
                .hasMessageContaining("no shell");
        assertThat(ledger.view().claims()).isEmpty();
        assertThat(ledger.view().tickets()).isEmpty();
    }

    @Test
    void whatWouldFailEverywhereEndsTheRequest() {
        fail(Kind.CONFIGURATION, "there is no such program");

        assertThatThrownBy(() -> launch(WaitPolicy.ENDLESS)).hasMessage("there is no such program");
        assertThat(asked).containsExactly("l01");
        assertThat(notStarted).containsExactly("l01");
        assertThat(ledger.view().claims()).isEmpty();
    }

    @Test
    void anUnansweredStartIsRepeatedOnTheSameHostUntilItAnswers() throws InterruptedException {
        giveNoAnswer();
        fail(Kind.UNAVAILABLE, "no route to host");
        fail(Kind.REFUSED, "too many logins");
        answer("job");

        Launch.Started<String> started = launch(WaitPolicy.NONE);

        assertThat(started.place().host().name()).hasToString("l01");
        assertThat(asked).containsExactly("l01", "l01", "l01", "l01");
        assertThat(heard).containsExactly("unanswered: l01");
        assertThat(notStarted).isEmpty();
        assertThat(hostsInLedger()).containsExactly("l01");
    }

    @Test
    void aHostThatAnswersThatItWillNotBeginTheJobIsLeft() throws InterruptedException {
        giveNoAnswer();
        fail(Kind.STATE, "not begun within a minute");
        answer("job");

        assertThat(launch(WaitPolicy.NONE).place().host().name()).hasToString("l02");
        assertThat(notStarted).containsExactly("l01");
    }

    @Test
    void aJobThatMayRunIsNeverStartedElsewhere() {
        giveNoAnswer();
        for (int i = 0; i < 100; i++) {
            fail(Kind.UNAVAILABLE, "no route to host");
        }

        assertThatThrownBy(() -> launch(WaitPolicy.ENDLESS))
                .isInstanceOf(UnansweredStartException.class)
                .hasMessageContaining("l01");
        assertThat(asked).containsOnly("l01");
        assertThat(Duration.between(NOON, clock.instant()))
                .isBetween(JobStart.CERTAIN_AFTER, JobStart.CERTAIN_AFTER.plusSeconds(5));
        assertThat(notStarted).isEmpty();
        assertThat(hostsInLedger()).as("it stays counted").containsExactly("l01");
    }
}
