package io.loadshare.cli;

import static io.loadshare.testing.LedgerRecords.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.LedgerFile;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait, as their users see them. */
class QueueProgramTest {

    @TempDir
    Path home;

    private final List<Program.Running> requests = new ArrayList<>();
    private Program loadshare;

    @BeforeEach
    void configure() {
        loadshare = new Program(home)
                .configure(
                        """
                        hosts: [ { name: here, local: true } ]
                        licenses:
                          - { name: lic, process: no-such-process, perUser: 1, server: ["false"] }
                          - { name: toolbox, perUser: 1 }
                        """);
    }

    @AfterEach
    void endRequests() {
        requests.forEach(request -> request.process().destroyForcibly());
    }

    private List<Object> json(String... words) {
        Program.Result result = loadshare.run(words);
        assertThat(result.status()).as(result.toString()).isZero();
        try {
            return JSON.std.listFrom(result.out());
        } catch (IOException e) {
            throw new AssertionError(result.toString(), e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object tree) {
        return (Map<String, Object>) tree;
    }

    private Program.Running waiting(String... options) {
        int before = json("queue", "--json").size();
        String[] words = Stream.of(List.of("run"), List.of(options), List.of("--license", "lic", "--", "true"))
                .flatMap(List::stream)
                .toArray(String[]::new);
        Program.Running request = loadshare.start(words);
        requests.add(request);
        Waiting.until(
                "the request waits and shows why",
                () -> json("queue", "--json").stream()
                                .filter(waiting -> object(waiting).get("reason") != null)
                                .count()
                        > before);
        return request;
    }

    @Test
    void aWaitingRequestIsVisibleEverywhereUntilItIsWithdrawn() {
        Program.Running first = waiting();
        Program.Running second = waiting("--slots", "2", "--license", "toolbox");

        List<Object> queue = json("queue", "--json");
        assertThat(queue).hasSize(2);
        Map<String, Object> head = object(queue.get(0));
        String user = System.getProperty("user.name");
        assertThat(head)
                .containsEntry("position", 1)
                .containsEntry("user", user)
                .containsEntry("owner", user);
        assertThat(head.get("requirements")).isEqualTo("a job on any host, license lic");
        assertThat(head.get("reason").toString()).contains("here: ", "license server gave no answer");
        assertThat(Instant.parse(head.get("since").toString())).isBefore(Instant.now());
        assertThat(Instant.parse(head.get("nextTry").toString()))
                .isAfter(Instant.parse(head.get("since").toString()));
        assertThat(object(queue.get(1)))
                .containsEntry("position", 2)
                .containsEntry("slots", 2)
                .containsEntry("licenses", List.of("toolbox", "lic"));
        String id = head.get("id").toString();
        String secondId = object(queue.get(1)).get("id").toString();
        assertThat(loadshare.run("queue").out()).contains("POSITION", id, secondId, "gave no answer");

        assertThat(loadshare.run("jobs").out()).containsPattern(id + " +- +" + user + " +1 .*WAITING \\(here: ");
        assertThat(object(json("status", id, "--json").get(0)))
                .containsEntry("state", "WAITING")
                .containsEntry("id", id)
                .containsEntry("position", 1);

        assertThat(loadshare.run("kill", id).err()).contains("request " + id + " was waiting and is withdrawn");
        Program.Result ended = first.await("");
        assertThat(ended.status()).as(ended.toString()).isEqualTo(69);
        assertThat(ended.err())
                .contains("request " + id + " for a job on any host, license lic was withdrawn by " + user);
        assertThat(json("queue", "--json")).hasSize(1);
        assertThat(loadshare.run("status", id).status()).isEqualTo(66);

        loadshare.run("kill", secondId);
        assertThat(second.await("").status()).isEqualTo(69);
        assertThat(json("queue", "--json")).isEmpty();
    }

    @Test
    void aJobWithoutALicenseWaitsInTheQueueForItsRetry() {
        String[] refused = {
            "run", "--no-wait", "--retry-license", "3", "sh", "-c", "echo License Manager Error -4; exit 5"
        };
        Program.Running request = loadshare.start(refused);
        requests.add(request);
        Waiting.until("the retry", () -> json("queue", "--json").size() == 1);
        Map<String, Object> waiting = object(json("queue", "--json").get(0));
        assertThat(waiting.get("reason").toString())
                .matches("job \\S+ on here got no license: License Manager Error -4, all seats are in use"
                        + " \\(retry 1 of 3\\)");
        assertThat(Instant.parse(waiting.get("nextTry").toString()))
                .isAfter(Instant.parse(waiting.get("since").toString()).plusSeconds(25));
        String id = waiting.get("id").toString();
        assertThat(loadshare.run("jobs").out()).containsPattern(id + " .*WAITING \\(job ");
        assertThat(object(json("status", id, "--json").get(0))).containsEntry("state", "WAITING");

        assertThat(loadshare.run("kill", id).err()).contains("request " + id + " was waiting and is withdrawn");
        Program.Result ended = request.await("");
        assertThat(ended.status()).as(ended.toString()).isEqualTo(69);
        assertThat(ended.err()).contains("request " + id).contains("was withdrawn by");
        assertThat(json("queue", "--json")).isEmpty();

        Program.Running killed = loadshare.start(refused);
        requests.add(killed);
        Waiting.until("the retry", () -> json("queue", "--json").size() == 1);
        killed.process().destroyForcibly();
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(loadshare.run("run", "--no-wait", "--slots", Integer.toString(cores), "--", "true"))
                .as("it blocks nobody")
                .isEqualTo(new Program.Result(0, "", ""));
        assertThat(loadshare
                        .run(
                                "kill",
                                object(json("queue", "--json").get(0)).get("id").toString())
                        .status())
                .isZero();
        assertThat(json("queue", "--json")).isEmpty();
    }

    @Test
    void statusKnowsRunningAndEndedJobsAndNamesTheOthers() {
        String id = loadshare.run("run", "--detach", "--", "sleep", "30").out().strip();
        assertThat(loadshare.run("status", id).out()).contains(id, "RUNNING", "sleep 30");
        loadshare.run("kill", "--grace", "1s", id);

        Program.Result result = loadshare.run("status", id, "no-such-job", "nor-this", "--json");

        assertThat(result.status()).isEqualTo(66);
        assertThat(result.out()).contains("\"KILLED\"");
        assertThat(result.err()).contains("no job 'no-such-job' on 1 of 1 hosts", "no job 'nor-this' on 1 of 1 hosts");
    }

    @Test
    void theRequestOfAnotherUserIsShownAndOnlyRootWithdrawsIt() {
        assertThat(json("queue", "--json")).isEmpty();
        HostInventory inventory = new HostInventory(List.of(Host.named("here")), List.of());
        Ledger ledger = new LedgerFile(
                home.resolve(".local/state/loadshare/ledger"),
                AtomicFile.Access.PRIVATE,
                inventory,
                "bob",
                Instant::now,
                System::nanoTime,
                new Random(1),
                words -> {});
        ledger.transact(view -> Ledger.Decision.of(
                null, new LedgerRecord.TicketOpened(ticket("bobs-job", "imaging", "here", Instant.now()))));

        assertThat(object(json("queue", "--json").get(0)))
                .containsEntry("owner", "bob")
                .containsEntry("user", "imaging");
        assertThat(loadshare.run("jobs").out()).doesNotContain("bobs-job");
        boolean root = System.getProperty("user.name").equals("root");
        Program.Result kill = loadshare.run("kill", "bobs-job");
        assertThat(kill.status()).as(kill.toString()).isEqualTo(root ? 0 : 77);
        assertThat(json("queue", "--json")).hasSize(root ? 0 : 1);
    }
}
