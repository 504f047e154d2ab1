package io.loadshare.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockWaitTest {

    @TempDir
    private Path directory;

    private Path file;
    private long nanos;

    @BeforeEach
    void create() throws IOException {
        file = Files.writeString(directory.resolve("ledger"), "a\n");
    }

    private LockWait begin() {
        return new LockWait(file, () -> nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void aFileThatNobodyChangesIsGivenUpSoon() {
        LockWait wait = begin();

        assertThat(wait.isOver()).isFalse();
        pass(LockWait.STOPPED);
        assertThat(wait.isOver()).isTrue();
        assertThat(wait.words()).isEqualTo("2000 ms");
    }

    @Test
    void aFileThatOthersChangeIsGivenUpLater() throws IOException {
        LockWait wait = begin();
        for (int i = 1; i < LockWait.BUSY.dividedBy(LockWait.STOPPED); i++) {
            Files.writeString(file, "b\n", StandardOpenOption.APPEND);
            pass(LockWait.STOPPED);
            assertThat(wait.isOver()).isFalse();
        }

        Files.writeString(file, "c\n", StandardOpenOption.APPEND);
        pass(LockWait.STOPPED);
        assertThat(wait.isOver()).isTrue();
        assertThat(wait.words()).isEqualTo("10000 ms");
    }

    @Test
    void aHolderThatStopsLaterIsNoticed() throws IOException {
        LockWait wait = begin();
        Files.writeString(file, "b\n", StandardOpenOption.APPEND);
        pass(LockWait.STOPPED);
        assertThat(wait.isOver()).isFalse();

        pass(LockWait.STOPPED);
        assertThat(wait.isOver()).isTrue();
    }

    @Test
    void aFileThatDoesNotExistIsNoReasonToWait() throws IOException {
        Files.delete(file);
        LockWait wait = begin();

        pass(LockWait.STOPPED);
        assertThat(wait.isOver()).isTrue();
    }
}
