package io.loadshare.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A starter of bursts that runs a program, which may live until the last job has ended. */
final class ProgramStarter implements BurstContender.Starter {

    private final String name;
    private final String command;
    private final Optional<String> afterwards;
    private final Path output;
    private final Optional<String> keptMark;
    private Process process;

    /**
     * @param command a shell command
     * @param afterwards a shell command that runs once all jobs have ended
     * @param output the file that receives its output
     * @param keptMark text in the command lines of its helper processes that stay alive, if it has any
     */
    ProgramStarter(String name, String command, Optional<String> afterwards, Path output, Optional<String> keptMark) {
        this.name = name;
        this.command = command;
        this.afterwards = afterwards;
        this.output = output;
        this.keptMark = keptMark;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() throws IOException {
        process = new ProcessBuilder("bash", "-c", command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    @Override
    public void giveUp() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        process.waitFor();
        if (afterwards.isPresent()) {
            Programs.run(List.of("bash", "-c", afterwards.get()));
        }
    }

    @Override
    public Set<Long> kept() throws IOException {
        return keptMark.isEmpty() ? Set.of() : Programs.running(keptMark.get());
    }
}
