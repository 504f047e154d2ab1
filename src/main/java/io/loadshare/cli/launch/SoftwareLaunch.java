package io.loadshare.cli.launch;

import io.loadshare.LoadshareException;
import io.loadshare.cli.console.Console;
import io.loadshare.cli.options.OptionBinding;
import io.loadshare.cli.options.RawArguments;
import io.loadshare.cli.options.RequestOptions;
import io.loadshare.cli.services.CommandServices;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.job.JobSpec;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.software.Software;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The common part of the software launchers: the software's setup and license, and the caller's display, which the
 * programs reach through OpenSSH's X forwarding, or directly if they run on the same machine.
 */
public final class SoftwareLaunch {

    /** The time that a program must have run to count as started. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private final CommandServices wiring;
    private final Console console;

    private final CommandSpec command;
    private final RequestOptions request = new RequestOptions();

    private final OptionBinding<Boolean> waitEnd =
            OptionBinding.flag("--wait-end", "Wait until the program ends, even with a display.");

    private final OptionBinding<String> virtual = ConsoleLaunch.displayOption();
    private final OptionBinding<Integer> retryLicense = ConsoleLaunch.retryLicenseOption();
    private final OptionBinding<boolean[]> detail = ConsoleListener.detailOption();

    private final OptionBinding<Boolean> announce =
            OptionBinding.option(false, "Report on stdout when it has started.", () -> OptionSpec.builder("--announce")
                    .type(boolean.class)
                    .hidden(true));

    /** @param command receives the launchers' options */
    public SoftwareLaunch(CommandServices wiring, Console console, CommandSpec command) {
        this.wiring = wiring;
        this.console = console;
        this.command = command;
        OptionBinding.addAll(request.addTo(command), waitEnd, virtual, retryLicense, detail, announce);
    }

    public RequestOptions request() {
        return request;
    }

    /**
     * Runs a program of the software; with a display, in the background.
     *
     * @param job returns what to start on the chosen host
     * @param batch whether it opens no window, so that it runs in the foreground even with a display
     */
    public int launch(Software software, Function<PlacedRequest, JobSpec> job, boolean batch)
            throws InterruptedException {
        JobSpec.Display shown = ConsoleLaunch.display(virtual);
        Optional<String> display = wiring.display().name().filter(usable -> !batch && shown == JobSpec.Display.NONE);
        boolean waits = waitEnd.value() || retryLicense.value() > 0;
        if (display.isPresent() && !waits && !announce.value()) {
            return new BackgroundLaunch(wiring, console)
                    .start(
                            command.name(),
                            command.commandLine().getParseResult().originalArgs());
        }
        PlacementRequest asked = request.resolve(wiring).withOrigin(new JobOrigin(wiring.userName(), software.name()));
        if (display.isPresent()) {
            asked = withoutClusters(asked, software);
        }
        SshJobEngine engine = display.isPresent() ? wiring.jobEngineWithDisplay() : wiring.jobEngine();
        ConsoleLaunch launch = new ConsoleLaunch(
                wiring,
                console,
                engine,
                asked,
                request.patience(),
                new ConsoleListener(console, detail.value().length, asked.candidates().length == 1));
        if (announce.value()) {
            launch.whenStarted(this::announceOnceSettled);
        }
        return launch.foreground(
                place -> place.prepared(job.apply(place))
                        .withLimits(request.limits())
                        .withDirectory(RawArguments.workingDirectory(), false)
                        .withDisplay(shown)
                        .withEnvironment(display.isPresent() ? displayBeside(place) : Map.of()),
                false,
                true,
                retryLicense.value());
    }

    /** A node of a cluster cannot reach the caller's display. */
    private PlacementRequest withoutClusters(PlacementRequest asked, Software software) {
        int[] machines = wiring.configuration().inventory().machinesOf(asked.candidates());
        if (machines.length == 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    software.name()
                            + " opens a window, and jobs in a Slurm pool cannot show one: choose a pool of hosts,"
                            + " or unset DISPLAY");
        }
        return asked.withCandidates(machines);
    }

    /**
     * Announces the start once the program has run for a moment. A program that ends before has failed, so its starter
     * stays to show its last output and its status.
     */
    private void announceOnceSettled(PlacedRequest place) {
        CompletableFuture.delayedExecutor(SETTLING.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> console.out().println(BackgroundLaunch.STARTED + place.id()));
    }

    /** Returns the caller's own display, if the job runs on the machine that has it. */
    private Map<String, String> displayBeside(PlacedRequest place) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (wiring.display().isBeside(place.host())) {
            variables.put("DISPLAY", wiring.display().name().orElseThrow());
            Optional.ofNullable(wiring.environment().get("XAUTHORITY"))
                    .ifPresent(authority -> variables.put("XAUTHORITY", authority));
        }
        return variables;
    }
}
