package io.loadshare.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.store.AtomicFile.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path directory;

    @Test
    void readsWhatWasWrittenLast() {
        Path file = directory.resolve("f");
        assertThat(AtomicFile.read(file, 100)).isEmpty();
        AtomicFile.write(file, bytes("one"), Access.PRIVATE);
        AtomicFile.write(file, bytes("two"), Access.PRIVATE);
        assertThat(AtomicFile.read(file, 100)).hasValue(bytes("two"));
        assertThat(directory.toFile().list()).containsExactly("f");
    }

    @Test
    void accessHoldsUnderAnyUmask() throws IOException {
        AtomicFile.write(directory.resolve("p"), bytes("x"), Access.PRIVATE);
        AtomicFile.write(directory.resolve("s"), bytes("x"), Access.SHARED);
        assertThat(permissions("p")).isEqualTo("rw-------");
        assertThat(permissions("s")).isEqualTo("rw-rw----");
    }

    @Test
    void writingReplacesAPlantedLinkAndLeavesItsTargetAlone() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "precious");
        Path file = Files.createSymbolicLink(directory.resolve("f"), target);
        AtomicFile.write(file, bytes("new"), Access.SHARED);
        assertThat(target).hasContent("precious");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(file).hasContent("new");
    }

    @Test
    void readingRefusesAPlantedLink() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "secret");
        Path file = Files.createSymbolicLink(directory.resolve("f"), target);
        assertThatThrownBy(() -> AtomicFile.read(file, 100))
                .isInstanceOf(LoadshareException.class)
                .hasMessage(file + " is not a regular file; remove it");
    }

    @Test
    void readingRefusesMoreThanTheLimit() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "x".repeat(101));
        assertThatThrownBy(() -> AtomicFile.read(file, 100))
                .isInstanceOf(LoadshareException.class)
                .hasMessage(file + " has 101 bytes (at most 100 allowed); remove it");
    }

    @Test
    void failureNamesTheFileAndTheReasonAndLeavesNothingBehind() throws IOException {
        Path file = Files.createDirectories(directory.resolve("f/in-the-way")).getParent();
        assertThatThrownBy(() -> AtomicFile.write(file, bytes("x"), Access.PRIVATE))
                .isInstanceOfSatisfying(
                        LoadshareException.class, f -> assertThat(f.kind()).isEqualTo(LoadshareException.Kind.STATE))
                .hasMessageStartingWith("cannot write " + file + ": ");
        assertThat(directory.toFile().list()).containsExactly("f");
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
