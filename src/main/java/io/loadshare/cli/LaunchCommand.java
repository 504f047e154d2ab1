package io.loadshare.cli;

import io.loadshare.software.Software;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs a program of the catalogue on the best host that has it. */
@Command(
        name = "launch",
        description = "Run a program of the software catalogue on the least loaded host that has it.",
        footer = {
            "",
            "A link to loadshare named after the program does the same: ln -s loadshare maxfilter.",
            "With a display it returns once the program has started; --wait-end stays."
        })
final class LaunchCommand implements Callable<Integer> {

    private final Wiring wiring;

    @Mixin
    private final SoftwareLaunch launch;

    @Parameters(paramLabel = "CMD", arity = "1..*", description = "The program and its arguments.")
    private List<String> words = new ArrayList<>();

    LaunchCommand(Wiring wiring, Console console) {
        this.wiring = wiring;
        this.launch = new SoftwareLaunch(wiring, console);
    }

    @Override
    public Integer call() throws InterruptedException {
        Software software = SoftwareLaunch.owning(wiring, words.get(0));
        launch.request().require(software, Set.of());
        return launch.launch(software, words);
    }
}
