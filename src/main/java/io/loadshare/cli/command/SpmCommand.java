package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.launch.SoftwareLaunch;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.host.Host;
import io.loadshare.host.Tag;
import io.loadshare.software.Launcher;
import io.loadshare.software.LauncherArguments;
import io.loadshare.software.Software;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code spm}: starts SPM on the best host. */
final class SpmCommand implements Callable<Integer> {

    private final CommandServices wiring;

    private final OptionBinding<List<String>> words = OptionBinding.words("WORD", "0..*", "See below.");
    private final CommandSpec spec;
    private final SoftwareLaunch launch;

    SpmCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.spec = OptionBinding.command(this, "spm", "Start SPM on the least loaded host.", words);
        this.launch = new SoftwareLaunch(wiring, console, spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Words, in any order: a version, fmri, pet or eeg, title:TEXT, tags a host must have (highmemory),",
                        "workerdesktop (a terminal instead of Matlab's desktop), batch (no window; waits for the end), and as",
                        "the last word a Matlab command. After --, the last word is a Matlab command whatever it looks like.");
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() throws InterruptedException {
        Software software = wiring.configuration().software("spm");
        Set<Tag> tags = wiring.configuration().inventory().hosts().stream()
                .map(Host::tags)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
        LauncherArguments understood = LauncherArguments.parse(software, tags, words.value(), isLastVerbatim());
        boolean batch = understood.launcher() == Launcher.BATCH;
        launch.request()
                .require(
                        software,
                        understood.tags(),
                        !batch && wiring.display().name().isPresent());
        return launch.launch(
                software,
                place -> understood.toSpec(
                        place.id(), software, place.reservation().slots()),
                batch);
    }

    private boolean isLastVerbatim() {
        List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        return arguments.size() > 1 && arguments.get(arguments.size() - 2).equals("--");
    }
}
