package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.LoadshareException.Kind;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.ProgressDisplay;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanTurn;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code scan}: measures all hosts. */
@Command(
        name = "scan",
        description = "Measure the load of all hosts at once, unless a scan was done a moment ago (scan.minInterval).",
        footer = {
            "",
            "Exit status: 0 if all hosts answered, 1 if some did not, 69 if none did, 78 if our configuration is why."
        })
final class ScanCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;

    @Option(names = "--force", description = "Scan even if a scan was done a moment ago.")
    private boolean force;

    ScanCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Duration minInterval =
                force ? Duration.ZERO : wiring.configuration().scan().minInterval();
        ScanTurn turn =
                force ? wiring.scans().turn(minInterval) : wiring.scans().awaitTurn(minInterval);
        if (turn instanceof ScanTurn.Recent recent) {
            console.say("nothing to do: " + recent.by() + " scanned " + Durations.print(recent.age())
                    + " ago (scan.minInterval " + Durations.print(minInterval) + "; --force scans anyway)");
            return 0;
        }
        if (turn instanceof ScanTurn.Theirs theirs && !force) {
            console.say("nothing to do: " + theirs.by() + " is scanning (--force scans anyway)");
            return 0;
        }
        ScanResult result;
        try (ProgressDisplay progress = ProgressDisplay.of(
                console, "Scanning", wiring.configuration().inventory().size())) {
            wiring.scans().listen(answer -> show(answer, progress));
            wiring.heal();
            result = turn instanceof ScanTurn.Ours ours
                    ? wiring.scans().scan(ours)
                    : wiring.scans().scan();
        }
        wiring.dispatcher().reservations().reconcile(wiring.scans().latest());
        return status(result);
    }

    private void show(HostResult answer, ProgressDisplay progress) {
        progress.step();
        answer.failure().ifPresent(failure -> progress.say(answer.host() + ": " + failure.getMessage()));
    }

    private int status(ScanResult result) {
        int hosts = result.hosts().size();
        String summary = result.answered() + " of " + hosts + " hosts answered within "
                + Durations.print(Duration.between(result.startedAt(), result.endedAt()));
        if (result.answered() == 0) {
            Kind common = Kind.ofAll(result.hosts().stream()
                    .map(host -> host.failure().orElseThrow().kind()));
            throw new LoadshareException(
                    common == Kind.CONFIGURATION ? common : Kind.UNAVAILABLE,
                    "no host answered: " + summary + "; this says nothing about the hosts, whose last reports stay");
        }
        if (console.interactive()) {
            console.say(summary);
        }
        return result.answered() == hosts ? 0 : 1;
    }
}
