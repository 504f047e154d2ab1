package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.options.UnitConverters;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.host.Host;
import io.loadshare.job.JobRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code kill}: ends jobs. */
@Command(
        name = "kill",
        description = {
            "End jobs: send TERM to all their processes, and KILL after the grace period.",
            "A job that still waits is withdrawn."
        })
final class KillCommand implements Runnable {

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
    private List<String> ids;

    @Mixin
    private JobOptions options;

    @Option(
            names = "--grace",
            paramLabel = "D",
            converter = UnitConverters.DurationConverter.class,
            defaultValue = "10s",
            description = "Wait at most this long before KILL (default: ${DEFAULT-VALUE}).")
    private Duration grace;

    KillCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<Host> hosts = options.hosts(wiring.configuration().inventory());
        for (String id : ids) {
            if (withdraw(id)) {
                continue;
            }
            JobRecord job = options.search(wiring).require(id, hosts); // from now on under the login of --user
            if (job.state().isFinal()) {
                console.say("job " + id + " had ended before: " + job.state());
                continue;
            }
            console.say("job " + id + " on " + job.job().host() + ": " + wiring.end(job, grace));
        }
    }

    /** Withdraws a waiting request; returns whether there is one with that ID. */
    private boolean withdraw(String id) {
        Optional<QueuedRequest> waiting = wiring.queued(id);
        if (waiting.isEmpty()) {
            return false;
        }
        String owner = waiting.get().ticket().owner();
        if (!wiring.userName().equals(owner) && !wiring.userName().equals("root")) {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    "cannot withdraw request " + id + ": it belongs to " + owner + ". Only " + owner
                            + " and root can do that.");
        }
        if (!wiring.dispatcher().reservations().withdraw(id, wiring.userName())) {
            return false; // it has found a host meanwhile
        }
        console.say("request " + id + " was waiting and is withdrawn");
        return true;
    }
}
