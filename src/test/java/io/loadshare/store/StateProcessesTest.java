package io.loadshare.store;

import static io.loadshare.store.Results.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.load.LoadBoard;
import io.loadshare.load.ReportText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fault")
class StateProcessesTest {

    private static final int KILLS = 500;

    @TempDir
    Path directory;

    private final List<StateProcess> processes = new ArrayList<>();

    private StateProcess start(Path where, String task, String... words) throws IOException {
        StateProcess process = StateProcess.start(where, task, words);
        processes.add(process);
        return process;
    }

    @org.junit.jupiter.api.AfterEach
    void endProcesses() {
        processes.forEach(StateProcess::close);
    }

    @Test
    void of36ProcessesAtTheSameInstantOneScans() throws Exception {
        for (int i = 0; i < 36; i++) {
            start(directory, "claim");
        }
        List<String> turns = new ArrayList<>();
        for (StateProcess process : processes) {
            assertThat(process.line()).isEqualTo("ready");
        }
        for (StateProcess process : processes) {
            process.go();
        }
        for (StateProcess process : processes) {
            turns.add(process.line());
        }
        assertThat(Collections.frequency(turns, "Ours")).isEqualTo(1);
        assertThat(Collections.frequency(turns, "Theirs")).isEqualTo(35);
    }

    @Test
    void processesThatPublishAtTheSameTimeLoseNothing() throws Exception {
        for (int i = 1; i <= 4; i++) {
            start(directory, "publish", "h" + i, "100");
        }
        for (StateProcess process : processes) {
            assertThat(process.line()).isEqualTo("ready");
        }
        for (StateProcess process : processes) {
            process.go();
        }
        for (StateProcess process : processes) {
            assertThat(process.line()).isEqualTo("done");
        }
        List<String> warnings = new ArrayList<>();
        LoadBoard board = StateDirectory.open(new StateSettings(directory, false), warnings::add)
                .board(inventory(4), Results.ALICE);
        for (int i = 0; i < 4; i++) {
            assertThat(board.at(i).report().map(report -> report.loadAverage().load1()))
                    .hasValue(100.0);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void everyFileReadsWholeHoweverOftenItsWriterIsKilled() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            try (StateProcess process = StateProcess.start(directory, "write")) {
                assertThat(process.line()).isEqualTo("ready");
                process.go();
                TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
            }
            checkAll("seed " + seed + ", kill " + kill);
        }
    }

    private void checkAll(String when) throws IOException {
        List<String> warnings = new ArrayList<>();
        StateDirectory state = StateDirectory.open(new StateSettings(directory, false), warnings::add);
        state.board(inventory(5), Results.ALICE);
        assertThat(warnings).as(when).isEmpty();
        if (Files.exists(directory.resolve("reports"))) {
            try (var reports = Files.newDirectoryStream(directory.resolve("reports"), "h*")) {
                for (Path report : reports) {
                    ReportText.parse(Files.readString(report), when + ", " + report);
                }
            }
        }
    }
}
