package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.HostName;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.load.NewerFormatException;
import io.loadshare.testing.TestingClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentMemoryFileTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostName HOST = new HostName("l01");

    @TempDir
    private Path directory;

    private final TestingClock wall = new TestingClock(NOON);
    private final TestingClock steady = new TestingClock(NOON);
    private final List<String> warnings = new ArrayList<>();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("agent");
    }

    private AgentMemoryFile file() {
        return new AgentMemoryFile(file, HOST, steady, wall);
    }

    private static AgentMemory memory() {
        Reservation reservation = new Reservation("j1", HOST, "ute müller", 3, List.of(), NOON.minusSeconds(61));
        StartedJob job = new StartedJob(new TrackedJob(reservation, NOON.minusSeconds(60)), "query", "secret");
        return new AgentMemory(7, List.of(NOON.minusSeconds(90), NOON.minusSeconds(60)), List.of(job));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        file().write(memory());

        assertThat(file().read(warnings::add)).isEqualTo(memory());
        assertThat(warnings).isEmpty();
    }

    @Test
    void nothingIsRememberedWithoutAFile() {
        assertThat(file().read(warnings::add)).isEqualTo(AgentMemory.NONE);
        assertThat(warnings).isEmpty();
    }

    @Test
    void timesKeepTheirAgeWhenAnotherAgentReadsThem() {
        wall.advance(Duration.ofHours(5)); // set while the first agent ran
        file().write(memory());
        steady.advance(Duration.ofDays(1)); // another agent's clock

        AgentMemory read = file().read(warnings::add);
        assertThat(read.starts())
                .containsExactly(
                        steady.instant().minusSeconds(90), steady.instant().minusSeconds(60));
    }

    @Test
    void timesFromTheFutureCountAsNow() {
        file().write(memory());
        wall.advance(Duration.ofDays(-1));

        assertThat(file().read(warnings::add).starts()).containsExactly(steady.instant(), steady.instant());
    }

    @Test
    void damagedLinesAreToldAndSkipped() throws IOException {
        file().write(memory());
        Files.writeString(file, Files.readString(file).replace("completed=7", "completed=many"));

        AgentMemory read = file().read(warnings::add);
        assertThat(read.completed()).isZero();
        assertThat(read.jobs()).isEqualTo(memory().jobs());
        assertThat(warnings).containsExactly(file + ": line 'completed=many' is damaged and was skipped");
    }

    @Test
    void foreignFileIsToldAndSkipped() throws IOException {
        Files.writeString(file, "#!/bin/sh\n");

        assertThat(file().read(warnings::add)).isEqualTo(AgentMemory.NONE);
        assertThat(warnings).singleElement().asString().contains("is not a loadshare agent file");
    }

    @Test
    void fileOfANewerLoadshareIsNeitherReadNorOverwritten() throws IOException {
        Files.writeString(file, "loadshare-agent=2\nend=loadshare-agent\n");

        assertThatThrownBy(() -> file().read(warnings::add)).isInstanceOf(NewerFormatException.class);
    }
}
