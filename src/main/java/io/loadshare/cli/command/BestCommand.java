package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.ExplanationText;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.options.RequestOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.Host;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code best}: prints the host to which a job should go. */
final class BestCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;
    private final RequestOptions request = new RequestOptions();

    private final OptionBinding<Boolean> explain =
            OptionBinding.flag("--explain", "Explain on stderr: every host's score, or why it was refused.");

    private final OptionBinding<Boolean> json = OptionBinding.flag("--json", "Print the whole decision as JSON.");

    BestCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    CommandSpec spec() {
        String description = "Print only the name of the least loaded host on stdout.";
        return request.addTo(OptionBinding.command(this, "best", description, explain, json));
    }

    boolean readPlain(List<String> words) {
        return request.readPlain(words, explain, json);
    }

    @Override
    public Integer call() throws InterruptedException {
        PlacementRequest asked = request.resolve(wiring);
        WaitPolicy patience = new WaitPolicy(Optional.of(request.saidWait().orElse(Duration.ZERO)), request.mayScan());
        PlacementResult result = wiring.dispatcher().best(asked, patience);
        if (request.namesLogin() && result instanceof PlacementResult.Placed placed) {
            requireLogin(placed.host());
        }
        if (explain.value()) {
            console.err().print(ExplanationText.print(result.explanation()));
        }
        if (json.value()) {
            console.out().println(JsonPrinter.print(result.explanation().toTree()));
        }
        if (result instanceof PlacementResult.Placed placed) {
            if (!json.value()) {
                console.out().println(placed.host().name());
            }
            return 0;
        }
        throw new LoadshareException(
                result instanceof PlacementResult.NotNow notNow ? notNow.kind() : LoadshareException.Kind.UNAVAILABLE,
                "no place for " + asked.wants() + ": "
                        + String.join("; ", result.explanation().refusals()));
    }

    /**
     * Logs in to a host under the name that the user gave, since reports do not show whether the host accepts it.
     *
     * @throws TransportException if the host cannot be reached or refuses the login
     */
    private void requireLogin(Host host) throws InterruptedException {
        Deadline deadline = wiring.deadline(wiring.configuration().scan().timeout());
        try (Session session = wiring.transport().connect(host, deadline);
                RemoteProcess process = session.start(RemoteCommand.of("exit 0"), deadline)) {
            process.waitFor(deadline);
        }
    }
}
