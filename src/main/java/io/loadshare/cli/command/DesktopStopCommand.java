package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.cli.services.JobSearch;
import io.loadshare.host.Host;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code desktop stop}: ends a desktop. */
@Command(name = "stop", description = "End a desktop with all its windows; without a name, your only one.")
final class DesktopStopCommand implements Runnable {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CommandServices wiring;
    private final Console console;

    @Parameters(paramLabel = "HOST:N", arity = "0..1", description = "The desktop, as 'desktop list' shows it.")
    private String name;

    @Mixin
    private JobOptions options;

    DesktopStopCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    @Override
    public void run() {
        List<Host> hosts = options.hosts(wiring.configuration().inventory());
        JobSearch.Answers answers = options.search(wiring).answers(hosts);
        List<ListedDesktop> desktops = ListedDesktop.among(answers.jobs(), wiring, console);
        List<ListedDesktop> chosen = desktops.stream()
                .filter(desktop -> name == null || desktop.name().equals(name))
                .toList();
        boolean isUnknown = !answers.silent().isEmpty() && (name == null || chosen.isEmpty())
                || chosen.isEmpty() && desktops.stream().anyMatch(desktop -> desktop.mayHaveName(name));
        if (chosen.size() > 1) {
            throw failure(
                    LoadshareException.Kind.USAGE, "you have several desktops: name one of them", desktops, answers);
        }
        if (isUnknown) {
            String unknown = name == null ? "cannot find your only desktop" : "cannot find desktop '" + name + "'";
            throw failure(LoadshareException.Kind.UNAVAILABLE, unknown, desktops, answers);
        }
        if (chosen.isEmpty()) {
            String none = "no desktop to stop" + (name == null ? "" : " is named '" + name + "'");
            throw failure(LoadshareException.Kind.NO_INPUT, none, desktops, answers);
        }
        ListedDesktop desktop = chosen.get(0);
        console.say("desktop " + desktop.name() + ": " + wiring.end(desktop.job(), GRACE));
    }

    private static LoadshareException failure(
            LoadshareException.Kind kind, String what, List<ListedDesktop> desktops, JobSearch.Answers answers) {
        String found = desktops.isEmpty()
                ? "none was found"
                : "found: " + desktops.stream().map(ListedDesktop::name).collect(Collectors.joining(", "));
        String unanswered = desktops.stream()
                .flatMap(desktop -> desktop
                        .failure()
                        .map(why -> "; " + desktop.job().job().id() + " on "
                                + desktop.job().job().host() + " did not answer: " + why)
                        .stream())
                .collect(Collectors.joining());
        return new LoadshareException(kind, what + " (" + found + answers.unanswered() + unanswered + ")");
    }
}
