package io.loadshare.cli;

import io.loadshare.Failure;
import io.loadshare.config.Configuration;
import io.loadshare.dispatch.Place;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command on the best host. */
@Command(
        name = "run",
        description =
                "Run a command on the least loaded host: its input, output and exit status are the command's own.",
        footer = {
            "",
            "Words behind the command belong to it; '--' before it is needed only if it begins with '-'.",
            "Ctrl-C ends the command and all it started. A detached job outlives this program: see jobs, logs, attach, kill."
        })
final class RunCommand implements Callable<Integer> {

    private final Wiring wiring;
    private final Console console;

    @Mixin
    private RequestOptions request;

    @Option(names = "--on", paramLabel = "HOST", description = "On this host, if it will do.")
    private String on;

    @Option(names = "--detach", description = "Print the job's id, and only that, on stdout; the job outlives us.")
    private boolean detach;

    @Option(names = "--tty", description = "Give the command a terminal.")
    private boolean tty;

    @Option(names = "--env", paramLabel = "K=V", description = "Set a variable; may be given again.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--dir", paramLabel = "D", description = "Run in this directory of the host.")
    private String directory;

    @Option(names = "-d", description = Telling.DETAIL)
    private boolean[] debug = {};

    @Option(names = "--joined", hidden = true, description = "Join the words; the host's shell reads them.")
    private boolean joined;

    @Parameters(paramLabel = "CMD", arity = "0..*", description = "The command and its arguments.")
    private List<String> words = new ArrayList<>();

    RunCommand(Wiring wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (on != null) {
            request.requireHost(on);
        }
        JobSpec.Program program = program();
        Configuration configuration = wiring.configuration();
        PlacementRequest asked = request.resolve(configuration, wiring.userName(), wiring.seed());
        Launch launch = new Launch(
                wiring, console, wiring.jobLauncher(), asked, request.patience(), new Telling(console, debug.length));
        if (detach) {
            console.out().println(launch.detach(place -> spec(place, program)));
            return 0;
        }
        return launch.foreground(place -> spec(place, program), tty);
    }

    private JobSpec.Program program() {
        if (joined) {
            return new JobSpec.Argv(List.of("sh", "-c", words.isEmpty() ? "hostname" : String.join(" ", words)));
        }
        if (words.isEmpty()) {
            throw new Failure(
                    Failure.Kind.USAGE, "run needs a command: loadshare run [OPTIONS] -- COMMAND [ARGUMENT…]");
        }
        return new JobSpec.Argv(words);
    }

    private JobSpec spec(Place place, JobSpec.Program program) {
        JobSpec spec = JobSpec.of(place.id(), program)
                .withSlots(place.reservation().slots())
                .withEnvironment(environment);
        if (directory != null) {
            return spec.withDirectory(directory, true);
        }
        return wiring.configuration().job().useCurrentDirectory()
                ? spec.withDirectory(RawArguments.workingDirectory(), false)
                : spec;
    }
}
