package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.command.ParallelHostTask.Outcome;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.probe.Crontab;
import io.loadshare.probe.Crontab.Action;
import io.loadshare.probe.Crontab.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code cron}, for the cron entries that start scans. */
@Command(
        name = "cron",
        description =
                "Let cron on every host scan all hosts (every scan.interval), so scans continue while any host is up.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The entry is one marked line in the crontab of the login user; the rest of the crontab stays unchanged.",
            "With scan.selfHeal: true every 'loadshare scan' restores the entry where it is missing."
        })
final class CronCommand implements Runnable {

    private static final String HOSTS = "Hosts or node sets: l[01-04]. Without any: all.";

    private final CommandServices wiring;
    private final Console console;

    @Spec
    private CommandSpec spec;

    CronCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "cron needs a command: install, remove or status");
    }

    @Command(
            description = "Install the entry in the crontabs of hosts, and replace an entry that differs.",
            footer = {
                "",
                "Exit status: 0 if all hosts have it, 1 if some do not, 69 if none does, 77 if all refuse the login."
            })
    int install(@Parameters(paramLabel = "HOST", arity = "0..*", description = HOSTS) List<String> hosts)
            throws InterruptedException {
        return work("Installing cron entries", hosts).run(task(Action.INSTALL));
    }

    @Command(
            description = "Remove the entry from the crontabs of hosts.",
            footer = {"", "Exit status: 0 if no host has it any more, 1 if some may have, 69 if all may have."})
    int remove(@Parameters(paramLabel = "HOST", arity = "0..*", description = HOSTS) List<String> hosts)
            throws InterruptedException {
        if (wiring.configuration().scan().selfHeal()) {
            console.say("warning: with scan.selfHeal: true the next scan installs the entries again");
        }
        return work("Removing cron entries", hosts).run(task(Action.REMOVE));
    }

    @Command(
            description = "Show which hosts have the entry, and what prevents it from working.",
            footer = {
                "",
                "Exit status: 0 if all hosts have it and it works, 1 if some do not, 69 if none does, 77 if all refuse the login."
            })
    int status(@Parameters(paramLabel = "HOST", arity = "0..*", description = HOSTS) List<String> hosts)
            throws InterruptedException {
        List<Outcome> outcomes = work("Looking at crontabs", hosts).gather(task(Action.STATUS));
        outcomes.forEach(console.out()::println);
        return ParallelHostTask.status(outcomes);
    }

    private ParallelHostTask work(String title, List<String> nodeSets) {
        return ParallelHostTask.of(
                console, title, ParallelHostTask.choose(wiring.configuration().inventory(), nodeSets));
    }

    private ParallelHostTask.Task task(Action action) {
        Crontab crontab = wiring.crontab();
        Duration timeout = wiring.configuration().scan().timeout();
        return host -> {
            Finding finding = crontab.act(host, action, wiring.deadline(timeout));
            String words = finding.state().name().toLowerCase(Locale.ROOT)
                    + (finding.words().isEmpty() ? "" : ": " + finding.words());
            if (action == Action.STATUS && !words.equals("present")) {
                throw new LoadshareException(LoadshareException.Kind.UNAVAILABLE, words);
            }
            return words;
        };
    }
}
