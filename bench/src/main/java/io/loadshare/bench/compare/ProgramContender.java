package io.loadshare.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A program that is started anew each time.
 *
 * @param command for the shell
 * @param output where what it prints goes
 * @param counted what stands in the output once for each thing done
 * @param keptMark what stands in the command lines of processes that serve it and live on, if there are any
 */
record ProgramContender(String name, String command, Path output, Pattern counted, Optional<String> keptMark)
        implements Contender {

    @Override
    public int run() throws IOException, InterruptedException {
        new ProcessBuilder("bash", "-c", command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(new File(output + ".err"))
                .start()
                .waitFor();
        return (int) counted.matcher(Files.readString(output)).results().count();
    }

    @Override
    public Set<Long> kept() throws IOException {
        return keptMark.isEmpty() ? Set.of() : Programs.running(keptMark.get());
    }
}
