package io.loadshare.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A program through which bytes go.
 *
 * @param command for the shell; prints in the end how many bytes went through
 * @param output where that goes
 */
record StreamContender(String name, String command, Path output) implements Contender {

    /** Megabytes. */
    @Override
    public int run() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-o", "pipefail", "-c", command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(new File(output + ".err"))
                .start();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(
                    command + " ended with " + status + ": " + Files.readString(Path.of(output + ".err")));
        }
        return (int) (Long.parseLong(Files.readString(output).strip()) / StreamCommand.MEGABYTE);
    }

    @Override
    public Set<Long> kept() {
        return Set.of();
    }
}
