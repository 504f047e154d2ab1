package io.loadshare.cli.command;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.console.JsonPrinter;
import io.loadshare.cli.launch.ConsoleListener;
import io.loadshare.cli.launch.DesktopViewer;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.options.RequestOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.cli.services.DesktopConnection;
import io.loadshare.desktop.Desktop;
import io.loadshare.desktop.DesktopHosts;
import io.loadshare.desktop.DesktopStart;
import io.loadshare.desktop.Desktops;
import io.loadshare.desktop.Geometry;
import io.loadshare.dispatch.JobKind;
import io.loadshare.dispatch.Launch;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.placement.PlacementRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command {@code desktop}: finds the user's VNC desktop or starts one, and connects to it. */
final class DesktopCommand implements Callable<Integer> {

    private final CommandServices wiring;
    private final Console console;

    private final RequestOptions request = new RequestOptions();

    private final OptionBinding<String> geometry = OptionBinding.option(
            Geometry.DEFAULT.toString(),
            "The size of a new desktop (default: " + Geometry.DEFAULT + ").",
            () -> OptionSpec.builder("--geometry").type(String.class).paramLabel("WxH"));

    private final OptionBinding<Boolean> another = OptionBinding.flag("--new", "Start a desktop even if you have one.");

    private final OptionBinding<Boolean> print =
            OptionBinding.flag("--print", "Only print how to connect, even if this machine has a viewer.");

    private final OptionBinding<Boolean> waitEnd = OptionBinding.flag("--wait-end", "Wait until the viewer is closed.");

    private final OptionBinding<Boolean> json = OptionBinding.flag("--json", "Only print how to connect, as JSON.");

    private final OptionBinding<boolean[]> detail = ConsoleListener.detailOption();

    DesktopCommand(CommandServices wiring, Console console) {
        this.wiring = wiring;
        this.console = console;
    }

    CommandSpec spec() {
        CommandSpec spec = OptionBinding.command(
                this,
                "desktop",
                "Find your VNC desktop, or start one on the least loaded host, and connect to it.",
                geometry,
                another,
                print,
                waitEnd,
                json,
                detail);
        spec.addSubcommand("list", new CommandLine(new DesktopListCommand(wiring, console)));
        spec.addSubcommand("stop", new CommandLine(new DesktopStopCommand(wiring, console)));
        spec.usageMessage()
                .synopsisSubcommandLabel("[COMMAND]")
                .footer(
                        "",
                        "A desktop is a job: it runs until its session ends, or until 'desktop stop' or 'kill' ends it.",
                        "With $DISPLAY and TigerVNC's viewer, a viewer opens through an SSH tunnel. Nobody else can connect.");
        return request.addTo(spec);
    }

    @Override
    public Integer call() throws InterruptedException {
        Geometry size = size();
        request.usuallyNeedNoSlot();
        PlacementRequest asked = Desktops.onMachines(
                        request.resolve(wiring), wiring.configuration().inventory())
                .withOrigin(new JobOrigin(wiring.userName(), "desktop"));
        DesktopHosts hosts = wiring.desktopHosts();
        DesktopStart start = new DesktopStart(
                hosts,
                wiring.dispatcher().reservations()::view,
                wiring.configuration().desktop(),
                size,
                request.limits());
        ConsoleListener listener = new ConsoleListener(console, detail.value().length, asked.candidates().length == 1);
        Desktops desktops = new Desktops(wiring.dispatcher(), wiring.scans()::latest, hosts, wiring.clock());
        Function<JobKind, Launch<Desktop>> launch = kind ->
                wiring.dispatcher().launch(kind, asked, request.patience(), listener, wiring.scans()::look, start);
        Desktops.Found found =
                another.value() ? desktops.startAnother(launch) : desktops.findOrStart(asked, listener, launch);
        return show(found, DesktopConnection.of(found.desktop(), wiring));
    }

    private int show(Desktops.Found found, DesktopConnection connection) throws InterruptedException {
        if (json.value()) {
            console.out().println(JsonPrinter.print(tree(found, connection)));
            return 0;
        }
        console.out().println(found.desktop().name());
        Optional<DesktopViewer> viewer = print.value() ? Optional.empty() : DesktopViewer.here(wiring, connection);
        if (viewer.isPresent()) {
            return viewer.get().open(waitEnd.value());
        }
        console.out().print(connection.instructions());
        return 0;
    }

    private Geometry size() {
        try {
            return Geometry.parse(geometry.value());
        } catch (IllegalArgumentException e) {
            throw new LoadshareException(LoadshareException.Kind.USAGE, "--" + e.getMessage());
        }
    }

    private static Map<String, Object> tree(Desktops.Found found, DesktopConnection connection) {
        Desktop desktop = found.desktop();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("host", desktop.host().name().value());
        tree.put("display", desktop.display());
        tree.put("id", desktop.id());
        tree.put("started", found.started());
        tree.put("idle", desktop.idle().toSeconds());
        tree.put("socket", desktop.socket());
        tree.put("tunnel", connection.tunnelFromElsewhere());
        tree.put("viewer", connection.viewerElsewhere());
        return tree;
    }
}
