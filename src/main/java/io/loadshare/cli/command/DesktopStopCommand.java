package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.JobOptions;
import io.loadshare.cli.services.CommandServices;
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
        List<ListedDesktop> desktops = ListedDesktop.all(wiring, options, console);
        List<ListedDesktop> chosen = desktops.stream()
                .filter(desktop -> name == null || desktop.name().equals(name))
                .toList();
        if (chosen.size() != 1) {
            String known = desktops.isEmpty()
                    ? "none was found"
                    : "found: " + desktops.stream().map(ListedDesktop::name).collect(Collectors.joining(", "));
            throw new LoadshareException(
                    chosen.isEmpty() ? LoadshareException.Kind.NO_INPUT : LoadshareException.Kind.USAGE,
                    (chosen.isEmpty()
                                    ? "no desktop to stop" + (name == null ? "" : " is named '" + name + "'")
                                    : "several desktops: name one of them")
                            + " (" + known + ")");
        }
        ListedDesktop desktop = chosen.get(0);
        console.say("desktop " + desktop.name() + ": " + wiring.end(desktop.job(), GRACE));
    }
}
