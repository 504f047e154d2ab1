package io.loadshare.cli;

import io.loadshare.Failure;
import io.loadshare.config.Configuration;
import io.loadshare.dispatch.Place;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Runs a command on the best host. */
final class RunCommand implements Callable<Integer> {

    private final Wiring wiring;
    private final Console console;

    private final RequestOptions request = new RequestOptions();
    private final Declared<String> on = Declared.text("--on", "HOST", "On this host, if it will do.");

    private final Declared<Boolean> detach =
            Declared.flag("--detach", "Print the job's id, and only that, on stdout; the job outlives us.");

    private final Declared<Boolean> tty = Declared.flag("--tty", "Give the command a terminal.");

    private final Declared<Map<String, String>> environment = Declared.option(
            Map.of(),
            "Set a variable; may be given again.",
            OptionSpec.builder("--env")
                    .type(Map.class)
                    .auxiliaryTypes(String.class, String.class)
                    .paramLabel("K=V"));

    private final Declared<String> directory = Declared.text("--dir", "D", "Run in this directory of the host.");
    private final Declared<boolean[]> detail = Telling.detailOption();

    private final Declared<Boolean> joined = Declared.option(
            false,
            "Join the words; the host's shell reads them.",
            OptionSpec.builder("--joined").type(boolean.class).hidden(true));

    private final Declared<List<String>> words = Declared.words("CMD", "0..*", "The command and its arguments.");

    RunCommand(Wiring wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    CommandSpec spec() {
        String description =
                "Run a command on the least loaded host: its input, output and exit status are the command's own.";
        CommandSpec spec = Declared.command(
                this, "run", description, on, detach, tty, environment, directory, detail, joined, words);
        spec.usageMessage()
                .footer(
                        "",
                        "Words behind the command belong to it; '--' before it is needed only if it begins with '-'.",
                        "Ctrl-C ends the command and all it started. A detached job outlives this program: see jobs, logs, attach, kill.");
        return request.addTo(spec);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (on.value() != null) {
            request.requireHost(on.value());
        }
        JobSpec.Program program = program();
        Configuration configuration = wiring.configuration();
        PlacementRequest asked = request.resolve(configuration, wiring.userName(), wiring.seed());
        Launch launch = new Launch(
                wiring,
                console,
                wiring.jobLauncher(),
                asked,
                request.patience(),
                new Telling(console, detail.value().length));
        if (detach.value()) {
            console.out().println(launch.detach(place -> spec(place, program)));
            return 0;
        }
        return launch.foreground(place -> spec(place, program), tty.value());
    }

    private JobSpec.Program program() {
        List<String> argv = words.value();
        if (joined.value()) {
            return new JobSpec.Argv(List.of("sh", "-c", argv.isEmpty() ? "hostname" : String.join(" ", argv)));
        }
        if (argv.isEmpty()) {
            throw new Failure(
                    Failure.Kind.USAGE, "run needs a command: loadshare run [OPTIONS] -- COMMAND [ARGUMENT…]");
        }
        return new JobSpec.Argv(argv);
    }

    private JobSpec spec(Place place, JobSpec.Program program) {
        JobSpec spec = JobSpec.of(place.id(), program)
                .withSlots(place.reservation().slots())
                .withEnvironment(environment.value());
        if (directory.value() != null) {
            return spec.withDirectory(directory.value(), true);
        }
        return wiring.configuration().job().useCurrentDirectory()
                ? spec.withDirectory(RawArguments.workingDirectory(), false)
                : spec;
    }
}
