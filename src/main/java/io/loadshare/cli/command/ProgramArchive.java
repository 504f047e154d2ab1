package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An archive of this program for another machine: tar, gzip, with bin/loadshare and lib/loadshare. */
final class ProgramArchive {

    private ProgramArchive() {}

    /**
     * Creates the archive.
     *
     * @throws LoadshareException of kind NO_INPUT if this program is not installed
     */
    static byte[] pack() throws InterruptedException {
        Path tree = tree();
        List<String> command =
                List.of("tar", "-czf", "-", "-C", tree.toString(), "--exclude=*.jsa", "bin/loadshare", "lib/loadshare");
        try {
            Process tar = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            byte[] archive = tar.getInputStream().readAllBytes();
            if (tar.waitFor() != 0) {
                throw new IOException("tar ended with " + tar.exitValue());
            }
            return archive;
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.NO_INPUT,
                    "cannot pack this program from " + tree + ": " + e.getMessage(),
                    e);
        }
    }

    /** Returns the installation directory of the jar that contains this class: TREE/lib/loadshare/loadshare.jar. */
    private static Path tree() {
        try {
            Path jar = Path.of(ProgramArchive.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path tree = jar.resolve("../../..").normalize();
            if (Files.isRegularFile(jar) && Files.isExecutable(tree.resolve("bin/loadshare"))) {
                return tree;
            }
            throw new LoadshareException(
                    LoadshareException.Kind.NO_INPUT,
                    "no installed program around " + jar
                            + " to copy; run this command of an installation or of ./loadshare");
        } catch (URISyntaxException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE, "this program does not know where it is: " + e.getMessage(), e);
        }
    }
}
