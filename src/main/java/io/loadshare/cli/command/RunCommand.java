package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.launch.ConsoleLaunch;
import io.loadshare.cli.launch.ConsoleListener;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.options.RawArguments;
import io.loadshare.cli.options.RequestOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.config.Configuration;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.placement.PlacementRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command {@code run}: runs a command on the best host. */
final class RunCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;

    private final RequestOptions request = new RequestOptions();
    private final OptionBinding<String> on =
            OptionBinding.text("--on", "HOST", "Run on this host only, or on this node of a Slurm pool.");

    private final OptionBinding<Boolean> detach =
            OptionBinding.flag("--detach", "Run in the background, and print only the job's ID on stdout.");

    private final OptionBinding<Boolean> tty = OptionBinding.flag("--tty", "Give the command a terminal.");

    private final OptionBinding<Boolean> noInput =
            OptionBinding.option(false, "Give the command no input.", () -> OptionSpec.builder("-n", "--no-input")
                    .type(boolean.class));

    private final OptionBinding<Map<String, String>> environment =
            OptionBinding.option(Map.of(), "Set a variable; may be repeated.", () -> OptionSpec.builder("--env")
                    .type(Map.class)
                    .auxiliaryTypes(String.class, String.class)
                    .paramLabel("K=V"));

    private final OptionBinding<String> directory =
            OptionBinding.text("--dir", "D", "Run in this directory of the host.");
    private final OptionBinding<String> display = ConsoleLaunch.displayOption();
    private final OptionBinding<Integer> retryLicense = ConsoleLaunch.retryLicenseOption();
    private final OptionBinding<boolean[]> detail = ConsoleListener.detailOption();

    private final OptionBinding<Boolean> joined = OptionBinding.option(
            false,
            "Join the words for the shell of the host.",
            () -> OptionSpec.builder("--joined").type(boolean.class).hidden(true));

    private final OptionBinding<List<String>> words =
            OptionBinding.words("CMD", "0..*", "The command and its arguments.");

    RunCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    CommandSpec spec() {
        String description =
                "Run a command on the least loaded host: its input, output and exit status are the command's own.";
        CommandSpec spec = OptionBinding.command(
                this,
                "run",
                description,
                on,
                detach,
                tty,
                noInput,
                environment,
                directory,
                display,
                retryLicense,
                detail,
                joined,
                words);
        spec.usageMessage()
                .footer(
                        "",
                        "Words after the command belong to it; put '--' before it only if it begins with '-'.",
                        "The job ends with the command's process; processes that it leaves running lose their output.",
                        "If the connection is lost, the job continues and this program reconnects (job.clientTimeout).",
                        "Ctrl-C ends the job. A detached job outlives this program: see jobs, logs, attach, kill.");
        return request.addTo(spec);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (noInput.value() && tty.value()) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE, "--no-input and --tty exclude each other: a terminal is for input");
        }
        if (retryLicense.value() != 0 && (detach.value() || tty.value())) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "--retry-license excludes --detach and --tty: loadshare must see how the job ends, and repeats it"
                            + " without input");
        }
        Configuration configuration = wiring.configuration();
        if (on.value() != null) {
            request.requireHost(on.value(), configuration);
        }
        if (!joined.value()) {
            List<String> arguments =
                    words.spec().command().commandLine().getParseResult().originalArgs();
            RequestOptions.refuseHostAsCommand(words.value(), arguments, configuration);
        }
        JobSpec.Program program = program();
        JobLimits limits = request.limits();
        JobSpec.Display shown = ConsoleLaunch.display(display);
        PlacementRequest asked = request.resolve(wiring)
                .withOrigin(new JobOrigin(
                        wiring.userName(),
                        words.value().isEmpty() ? "" : words.value().get(0)));
        ConsoleLaunch launch = new ConsoleLaunch(
                wiring,
                console,
                wiring.jobEngine(),
                asked,
                request.patience(),
                new ConsoleListener(console, detail.value().length, asked.candidates().length == 1));
        if (detach.value()) {
            console.out()
                    .println(launch.detach(place -> spec(place, program, limits).withDisplay(shown)));
            return 0;
        }
        return launch.foreground(
                place -> spec(place, program, limits).withDisplay(shown),
                tty.value(),
                !noInput.value(),
                retryLicense.value());
    }

    private JobSpec.Program program() {
        List<String> argv = words.value();
        if (joined.value()) {
            return new JobSpec.Argv(List.of("sh", "-c", argv.isEmpty() ? "hostname" : String.join(" ", argv)));
        }
        if (argv.isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "run needs a command: loadshare run [OPTIONS] -- COMMAND [ARGUMENT…]");
        }
        return new JobSpec.Argv(argv);
    }

    private JobSpec spec(PlacedRequest place, JobSpec.Program program, JobLimits limits) {
        JobSpec spec = place.prepared(JobSpec.of(place.id(), program))
                .withLimits(limits)
                .withEnvironment(environment.value());
        if (directory.value() != null) {
            return spec.withDirectory(directory.value(), true);
        }
        return wiring.configuration().job().useCurrentDirectory()
                ? spec.withDirectory(RawArguments.workingDirectory(), false)
                : spec;
    }
}
