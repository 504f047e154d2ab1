package io.loadshare.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A contender that starts a program anew for each run.
 *
 * @param command a shell command
 * @param output the file that receives its output
 * @param counted the pattern that occurs in the output once for each unit of work
 * @param keptMark text in the command lines of its helper processes that stay alive, if it has any
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
