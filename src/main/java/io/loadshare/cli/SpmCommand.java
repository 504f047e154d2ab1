package io.loadshare.cli;

import io.loadshare.host.Host;
import io.loadshare.host.Tag;
import io.loadshare.software.LauncherWords;
import io.loadshare.software.Software;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Starts SPM on the best host. */
@Command(
        name = "spm",
        description = "Start SPM on the least loaded host.",
        footer = {
            "",
            "Words, in any order: a version, fmri, pet or eeg, title:TEXT, tags a host must have (highmemory),",
            "workerdesktop (a terminal instead of Matlab's desktop), and as the last word a Matlab command."
        })
final class SpmCommand implements Callable<Integer> {

    private final Wiring wiring;

    @Mixin
    private final SoftwareLaunch launch;

    @Parameters(paramLabel = "WORD", arity = "0..*", description = "See below.")
    private List<String> words = new ArrayList<>();

    SpmCommand(Wiring wiring, Console console) {
        this.wiring = wiring;
        this.launch = new SoftwareLaunch(wiring, console);
    }

    @Override
    public Integer call() throws InterruptedException {
        Software software = wiring.configuration().software("spm");
        Set<Tag> tags = wiring.configuration().inventory().hosts().stream()
                .map(Host::tags)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
        LauncherWords understood = LauncherWords.parse(software, tags, words);
        launch.request().require(software, understood.tags());
        return launch.launch(software, understood.argv(software));
    }
}
