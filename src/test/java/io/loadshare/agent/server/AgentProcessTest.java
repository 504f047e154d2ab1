package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.agent.QueryAnswer;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.store.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents in processes of their own, which are killed or find no room on the disk. */
@Tag("fault")
class AgentProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Host HOST = new Host(
            new HostName("h1"),
            "127.0.0.1",
            OptionalInt.empty(),
            Optional.empty(),
            Set.of(),
            1.0,
            false,
            Optional.empty());

    @TempDir
    private Path directory;

    private final int port = TestingAgent.freePort();
    private final AgentClient client = new AgentClient(TestingAgent.settings(port), Instant::now);

    @AutoClose
    private ForkedJvm agent;

    private String[] arguments() {
        return new String[] {Integer.toString(port), directory.resolve("agent").toString()};
    }

    private void start(ForkedJvm process) throws InterruptedException {
        agent = process;
        agent.awaitLine("listening");
        TestingAgent.await(
                "the first measurement",
                () -> client.health(HOST, LIMIT).join().condition().equals("ok"));
    }

    private QueryAnswer ask() {
        return client.query(HOST, LIMIT).join();
    }

    /** A process that every probe takes for a job of loadshare's. */
    private static Process job(String id, int slots) throws IOException {
        return new ProcessBuilder("setsid", "sh", "-c", "sleep 600; exit", "loadshare-job", id, "" + slots).start();
    }

    private static void end(Process job) {
        job.descendants().forEach(ProcessHandle::destroyForcibly);
        job.destroyForcibly();
    }

    @Test
    void killedAgentFindsItsJobsAgainAndTheirOwnersEndThem() throws Exception {
        start(ForkedJvm.start(AgentProcess.class, arguments()));
        QueryAnswer placed = ask();
        client.start(HOST, placed, 0, "started", "alice", 2, LIMIT).join();
        Path memory = directory.resolve("agent");
        TestingAgent.await("the promise to be on disk", () -> contains(memory, "started"));
        Process running = job("past-the-agent", 3);
        try {
            agent.close();
            start(ForkedJvm.start(AgentProcess.class, arguments()));

            assertThat(ask().report().shows("started")).isTrue();
            TestingAgent.await("the job in a measurement", () -> ask().report().shows("past-the-agent"));
            client.end(HOST, "started", placed.secret(), true, LIMIT).join();
            assertThat(ask().report().shows("started")).isFalse();
            assertThat(ask().completed()).isEqualTo(1);
        } finally {
            end(running);
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void fullDiskStopsNobodyAndIsToldUntilThereIsRoom() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "SKIPPED: only root can make a full disk");
        start(ForkedJvm.startOnFullDisk(directory, AgentProcess.class, arguments()));
        startsAndTellsItsTrouble();

        Files.delete(agent.seenByIt(directory.resolve("filler")));
        awaitStateWritten();
        assertThat(agent.seenByIt(directory.resolve("agent"))).content().contains("j1");
    }

    @Test
    void diskThatTakesNothingStopsNobodyAndIsTold() throws Exception {
        start(ForkedJvm.startWithFileLimit(0, AgentProcess.class, arguments()));
        startsAndTellsItsTrouble();
        assertThat(directory.resolve("agent")).doesNotExist();
    }

    @Test
    void readOnlyStateStopsNobodyAndIsToldUntilItCanBeWritten() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        start(ForkedJvm.startBoundByPermissions(AgentProcess.class, arguments()));
        awaitTrouble();
        assertThat(ask().report().shows("j1")).isFalse();

        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        awaitStateWritten();
    }

    private void awaitStateWritten() {
        TestingAgent.await(
                "the state to be written again",
                () -> client.health(HOST, LIMIT).join().state().equals("ok"));
    }

    private void startsAndTellsItsTrouble() {
        assertThat(client.start(HOST, ask(), 0, "j1", "alice", 1, LIMIT).join()).isEmpty();
        awaitTrouble();
        assertThat(ask().report().shows("j1")).isTrue();
    }

    private void awaitTrouble() {
        TestingAgent.await(
                "the trouble to be told",
                () -> client.health(HOST, LIMIT).join().state().equals("cannot be written"));
    }
}
