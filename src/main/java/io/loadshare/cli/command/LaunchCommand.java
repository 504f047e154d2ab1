package io.loadshare.cli.command;

import io.loadshare.cli.console.Console;
import io.loadshare.cli.launch.SoftwareLaunch;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.options.RequestOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.software.Software;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code launch}: runs a program of the catalog on the best host that has it. */
final class LaunchCommand implements Callable<Integer> {

    private final CommandServices wiring;

    private final OptionBinding<List<String>> words =
            OptionBinding.words("CMD", "1..*", "The program and its arguments.");
    private final CommandSpec spec;
    private final SoftwareLaunch launch;

    LaunchCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.spec = OptionBinding.command(
                this, "launch", "Run a program of the software catalog on the least loaded host that has it.", words);
        this.launch = new SoftwareLaunch(wiring, console, spec);
        spec.usageMessage()
                .footer(
                        "",
                        "A link to loadshare named after the program does the same: ln -s loadshare maxfilter.",
                        "With a display, it returns once the program has started; with --wait-end, once it has ended.");
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() throws InterruptedException {
        RequestOptions.refuseHostAsCommand(
                words.value(), spec.commandLine().getParseResult().originalArgs(), wiring.configuration());
        List<String> argv = words.value();
        Software software = wiring.configuration().softwareOf(argv.get(0));
        launch.request().require(software, Set.of(), wiring.display().name().isPresent());
        return launch.launch(
                software,
                place -> software.toSpec(place.id(), argv, place.reservation().slots()),
                false);
    }
}
